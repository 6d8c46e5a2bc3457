//! How conflicts speak of things: by the names that people gave them.

use flow::{Flow, Group, Id, Kinds, Node};

/// The node's name, else what kind of node it is.
pub fn called(id: &Id, node: &Node, kinds: &Kinds) -> String {
    match (&node.name, kinds.get(&node.kind)) {
        (Some(name), _) => format!("`{name}`"),
        (None, Some(kind)) => format!("the node {} ({})", kind.title, node.key.as_ref().unwrap_or(id)),
        (None, None) => format!("the node `{}`", node.key.as_ref().unwrap_or(id)),
    }
}

/// The same for a node that one of the flows has, in the order in which they are asked.
pub fn called_in<'a>(id: &Id, flows: impl IntoIterator<Item = &'a Flow>, kinds: &Kinds) -> String {
    let known = flows.into_iter().find_map(|flow| flow.nodes.get(id));
    known.map_or_else(|| format!("the node `{id}`"), |node| called(id, node, kinds))
}

pub fn group(id: &Id, group: Option<&Group>) -> String {
    match group.map(|group| group.title.as_str()).filter(|title| !title.is_empty()) {
        Some(title) => format!("`{title}`"),
        None => format!("`{id}`"),
    }
}

/// An output by the words on its card.
pub fn output(port: &str, node: Option<&Node>, kinds: &Kinds) -> String {
    let known = node.and_then(|node| label(port, node, kinds));
    format!("`{}`", known.unwrap_or_else(|| port.to_string()))
}

fn label(port: &str, node: &Node, kinds: &Kinds) -> Option<String> {
    kinds.get(&node.kind)?.ports.iter().find_map(|one| match one {
        flow::Port::Fixed { id, label, .. } => (*id == port).then(|| label.to_string()),
        flow::Port::Each { field, label, .. } => {
            let items = node.fields.get(field)?.as_array()?;
            let item = items.iter().find(|item| item.id() == Some(port))?;
            item.as_object()?.get(label)?.as_str().map(str::to_string)
        }
    })
}

/// The first letter large, for the beginning of a sentence.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
