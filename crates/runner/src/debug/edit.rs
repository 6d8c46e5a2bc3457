//! Edit and continue: a paused conversation goes on with a changed bot. What moves it is an entry of the journal before the one that is
//! paused in; all other conversations stay as they are.

use std::sync::Arc;

use engine::Program;
use engine::debug::Moved;
use engine::recording::{self, Files};
use engine::step::Programs;
use flow::Time;
use smol_str::SmolStr;
use store::StoreError;

use super::words::{Code, Refused, Reply};
use crate::brain::{Brain, text};
use crate::round::{Before, Round};

impl Brain {
    pub(crate) async fn edit(
        &mut self,
        round: &mut Round,
        at: Time,
        conversation: &SmolStr,
        files: Files,
    ) -> Result<Result<Reply, Refused>, StoreError> {
        let session = self.memory.session(conversation).await?;
        let Some(desk) = &mut self.desk else { return Ok(Err(Refused::closed())) };
        let Some(mut watch) = desk.watches.remove(conversation) else {
            return Ok(Err(Refused::not_paused(conversation)));
        };
        let (program, _) = engine::compile(&recording::bot(&files));
        let program = Arc::new(program);
        let old = Programs { current: &watch.program, older: &self.older };
        let new = Programs { current: &program, older: &self.older };
        let moved = match watch.debugger.edit(old, new) {
            Some(Ok(moved)) => moved,
            Some(Err(wrong)) => {
                desk.watches.insert(conversation.clone(), watch);
                let why: Vec<String> = wrong.into_iter().map(|(_, why)| why).collect();
                return Ok(Err(Refused::new(Code::DoesNotFit, why.join(" "))));
            }
            None => {
                desk.watches.insert(conversation.clone(), watch);
                return Ok(Err(Refused::not_paused(conversation)));
            }
        };
        let Moved { input, outcome } = moved;
        watch.program = program.clone();
        let whose = watch.whose.clone();
        // If this is not written, it is not moved, and taken anew from where it was.
        desk.touched.insert(conversation.clone());
        let reply = desk.stop(conversation, watch, false);
        let shared = self.memory.shared(&whose).await?;
        round.commit.programs.push(store::Program {
            hash: program.hash.to_string(),
            used: at.0,
            body: text(&files),
        });
        let before = Before::of(&session, &shared);
        self.came_of(round, &whose, &program, &input, before, outcome);
        self.know(program);
        Ok(Ok(reply))
    }

    /// Runs may be on this program from now on.
    pub(crate) fn know(&mut self, program: Arc<Program>) {
        let is_known = |hash: &str| self.older.iter().any(|older| older.hash == hash);
        if program.hash != self.program.hash && !is_known(&program.hash) {
            self.older.push(program);
        }
    }
}
