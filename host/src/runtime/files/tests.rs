//! Books and rooms of directories, without a guest.
