//! What paths on the command line mean: files and folders of bots.
