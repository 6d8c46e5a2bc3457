//! What is no chat network's business, for one bot: the web, mail, models, files.

use channels::{Fetching, Files};
use engine::{Effect, EffectError, ErrorKind, Request};
use outside::Outside;

use super::{Assets, Plan};
use crate::{Performing, World};

pub(super) struct Rest {
    outside: Outside,
    assets: Assets,
}

impl Rest {
    pub fn of(plan: &Plan) -> Rest {
        let (secrets, id) = (plan.secrets.clone(), plan.id.clone());
        let secret = move |name: &str| match secrets(name) {
            Ok(found) => found,
            Err(why) => {
                tracing::error!(bot = id, name, why, "a secret cannot be read");
                None
            }
        };
        let outside = Outside::new(
            plan.reach.clone(),
            std::sync::Arc::new(secret),
            plan.assets.clone(),
            outside::Limits::default(),
        );
        Rest { outside, assets: plan.assets.clone() }
    }
}

impl World for Rest {
    fn perform(&self, request: Request) -> Performing<'_> {
        Box::pin(async move {
            match &request.effect {
                Effect::Query(_) => {
                    Err(EffectError::new(ErrorKind::Refused, "Databases cannot be asked here yet."))
                }
                _ => self.outside.perform(&request).await,
            }
        })
    }
}

impl Files for Rest {
    fn asset(&self, path: &str) -> Result<Vec<u8>, EffectError> {
        (self.assets)(path)
    }

    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(self.outside.fetch(url))
    }
}
