//! Why a file is no bundle to believe, in one plain line each.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    #[error("This is no bundle: {0}.")]
    NotABundle(String),
    #[error("The bundle was made by a newer Nexus Bots (form {0}); bring this one up to date.")]
    Newer(u32),
    #[error("The bundle is not signed; pack it with `nexus pack`.")]
    Unsigned,
    #[error("The bundle's signature is wrong: it was changed after it was packed, or signed by another key.")]
    BadSignature,
    #[error("The bundle is damaged: {0}.")]
    Tampered(String),
    #[error("The bundle has {0} bytes, more than {most}; leave out large assets, or link to them.", most = crate::MOST_BYTES)]
    TooLarge(usize),
}
