//! The edges of single calls: what AWS, a proxy or the network may answer, and what we make of it.

mod bodies;
mod codes;
mod connections;
mod pages;
mod sites;
mod support;
