//! Chats and who is in them, and the bot's own commands.

use frankenstein::gifts::AcceptedGiftTypes;
use frankenstein::methods::{
    DeleteMyCommandsParams, GetChatAdministratorsParams, GetChatMemberCountParams, GetChatMemberParams,
    GetChatParams, GetMyCommandsParams, LeaveChatParams, SetMyCommandsParams,
};
use frankenstein::types::{
    BotCommandScope, ChatFullInfo, ChatId, ChatMember, ChatMemberAdministrator, ChatMemberBanned,
    ChatMemberLeft, ChatMemberMember, ChatMemberOwner, ChatMemberRestricted, ChatType, User,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::methods::Call;
use super::refusal::Refusal;
use super::world::{Room, Standing, World};
use crate::record::Did;

pub(crate) fn ban(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    stand(world, call, params, Standing::Kicked)
}

pub(crate) fn unban(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let (chat, person) = place(&params)?;
    let standing = world.room(&chat)?.members.get(&person).copied();
    let only_if_banned = params.get("only_if_banned") == Some(&json!(true));
    match standing {
        Some(Standing::Kicked) => stand(world, call, params, Standing::Left),
        // Without `only_if_banned` a member is put out: so the documentation says.
        Some(Standing::Member | Standing::Restricted) if !only_if_banned => {
            stand(world, call, params, Standing::Left)
        }
        _ => Ok(json!(true)),
    }
}

pub(crate) fn restrict(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    stand(world, call, params, Standing::Restricted)
}

pub(crate) fn promote(world: &mut World, call: &Call, params: Value) -> Result<Value, Refusal> {
    let rises = params
        .as_object()
        .into_iter()
        .flatten()
        .any(|(name, value)| name.starts_with("can_") && value == &json!(true));
    stand(world, call, params, if rises { Standing::Administrator } else { Standing::Member })
}

fn place(params: &Value) -> Result<(ChatId, u64), Refusal> {
    let chat = ChatId::deserialize(&params["chat_id"]).map_err(|_| Refusal::bad("chat_id is empty"))?;
    Ok((chat, params["user_id"].as_u64().unwrap_or_default()))
}

fn stand(world: &mut World, call: &Call, params: Value, standing: Standing) -> Result<Value, Refusal> {
    let (chat, person) = place(&params)?;
    let (bot, is_known) = (world.bot.id, world.people.contains_key(&person));
    let room = world.speaking(&chat)?;
    if room.chat.type_field == ChatType::Private {
        return Err(Refusal::bad("chat member status can't be changed in private chats"));
    }
    if !is_known {
        return Err(Refusal::bad("PARTICIPANT_ID_INVALID"));
    }
    if !matches!(room.members.get(&bot), Some(Standing::Administrator | Standing::Creator)) {
        return Err(Refusal::bad("not enough rights to restrict/unrestrict chat member"));
    }
    if room.members.get(&person) == Some(&Standing::Creator) {
        return Err(Refusal::bad("can't remove chat owner"));
    }
    room.members.insert(person, standing);
    let chat = room.chat.id;
    call.record.act(call.act(Did::Changed, chat, 0, params));
    Ok(json!(true))
}

pub(crate) fn chat(world: &mut World, params: GetChatParams) -> Result<Value, Refusal> {
    let room = world.room(&params.chat_id)?;
    let gifts = AcceptedGiftTypes::builder().unlimited_gifts(true).limited_gifts(true).unique_gifts(true);
    let gifts = gifts.premium_subscription(true).gifts_from_channels(true).build();
    let Room { chat, .. } = room;
    let full = ChatFullInfo::builder()
        .id(chat.id)
        .type_field(chat.type_field)
        .maybe_title(chat.title.clone())
        .maybe_username(chat.username.clone())
        .maybe_first_name(chat.first_name.clone())
        .maybe_last_name(chat.last_name.clone())
        .accent_color_id(3)
        .max_reaction_count(11)
        .accepted_gift_types(gifts);
    Ok(json!(full.build()))
}

pub(crate) fn get_member(world: &mut World, params: GetChatMemberParams) -> Result<Value, Refusal> {
    let bot = world.bot.clone();
    let person =
        if bot.id == params.user_id { Some(bot) } else { world.people.get(&params.user_id).cloned() };
    let room = world.room(&params.chat_id)?;
    let person = person.ok_or_else(|| Refusal::bad("invalid user_id specified"))?;
    let standing = room.members.get(&person.id).copied().unwrap_or(Standing::Left);
    Ok(json!(member(person, standing)))
}

pub(crate) fn count(world: &mut World, params: GetChatMemberCountParams) -> Result<Value, Refusal> {
    let members = &world.room(&params.chat_id)?.members;
    Ok(json!(
        members.values().filter(|standing| !matches!(standing, Standing::Left | Standing::Kicked)).count()
    ))
}

pub(crate) fn administrators(
    world: &mut World,
    params: GetChatAdministratorsParams,
) -> Result<Value, Refusal> {
    let members = world.room(&params.chat_id)?.members.clone();
    let lead = members
        .iter()
        .filter(|(_, standing)| matches!(standing, Standing::Creator | Standing::Administrator));
    let people = lead.filter_map(|(id, standing)| Some(member(world.people.get(id)?.clone(), *standing)));
    Ok(people.map(|member| json!(member)).collect())
}

pub(crate) fn leave(world: &mut World, call: &Call, params: LeaveChatParams) -> Result<Value, Refusal> {
    let bot = world.bot.id;
    let room = world.speaking(&params.chat_id)?;
    room.members.insert(bot, Standing::Left);
    let chat = room.chat.id;
    call.record.act(call.act(Did::Changed, chat, 0, json!(params)));
    Ok(json!(true))
}

pub(crate) fn set_commands(
    world: &mut World,
    call: &Call,
    params: SetMyCommandsParams,
) -> Result<Value, Refusal> {
    if params.commands.len() > 100 {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    for command in &params.commands {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(1..=32).contains(&command.command.len()) || !command.command.chars().all(is_name) {
            return Err(Refusal::bad("BOT_COMMAND_INVALID"));
        }
        if !(1..=256).contains(&command.description.chars().count()) {
            return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
        }
    }
    world.commands.insert(scope(&params.scope, &params.language_code), params.commands.clone());
    call.record.act(call.act(Did::Configured, 0, 0, json!(params)));
    Ok(json!(true))
}

pub(crate) fn get_commands(world: &mut World, params: GetMyCommandsParams) -> Result<Value, Refusal> {
    Ok(json!(world.commands.get(&scope(&params.scope, &params.language_code)).cloned().unwrap_or_default()))
}

pub(crate) fn delete_commands(
    world: &mut World,
    call: &Call,
    params: DeleteMyCommandsParams,
) -> Result<Value, Refusal> {
    world.commands.remove(&scope(&params.scope, &params.language_code));
    call.record.act(call.act(Did::Configured, 0, 0, json!(params)));
    Ok(json!(true))
}

fn scope(scope: &Option<BotCommandScope>, language: &Option<String>) -> String {
    let scope = scope.as_ref().unwrap_or(&BotCommandScope::Default);
    format!("{} {}", json!(scope), language.as_deref().unwrap_or_default())
}

pub(crate) fn member(user: User, standing: Standing) -> ChatMember {
    match standing {
        Standing::Creator => {
            ChatMember::Creator(ChatMemberOwner::builder().user(user).is_anonymous(false).build())
        }
        Standing::Administrator => ChatMember::Administrator(
            ChatMemberAdministrator::builder()
                .user(user)
                .can_be_edited(false)
                .is_anonymous(false)
                .can_manage_chat(true)
                .can_delete_messages(true)
                .can_manage_video_chats(true)
                .can_restrict_members(true)
                .can_promote_members(true)
                .can_change_info(true)
                .can_invite_users(true)
                .can_pin_messages(true)
                .can_post_stories(false)
                .can_edit_stories(false)
                .can_delete_stories(false)
                .can_send_welcome_messages(false)
                .build(),
        ),
        Standing::Member => ChatMember::Member(ChatMemberMember::builder().user(user).build()),
        Standing::Restricted => {
            let one = ChatMemberRestricted::builder()
                .user(user)
                .is_member(true)
                .until_date(0)
                .can_send_messages(false);
            let one = one
                .can_send_audios(false)
                .can_send_documents(false)
                .can_send_photos(false)
                .can_send_videos(false);
            let one = one.can_send_video_notes(false).can_send_voice_notes(false).can_send_polls(false);
            let one = one
                .can_send_other_messages(false)
                .can_add_web_page_previews(false)
                .can_react_to_messages(false);
            let one = one
                .can_edit_tag(false)
                .can_change_info(false)
                .can_invite_users(false)
                .can_pin_messages(false);
            ChatMember::Restricted(one.can_manage_topics(false).build())
        }
        Standing::Left => ChatMember::Left(ChatMemberLeft::builder().user(user).build()),
        Standing::Kicked => ChatMember::Kicked(ChatMemberBanned::builder().user(user).until_date(0).build()),
    }
}
