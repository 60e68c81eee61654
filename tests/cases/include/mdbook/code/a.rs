use std::fmt;

// ANCHOR: here
fn main() {
    println!("{}", 1);
}
// ANCHOR_END: here
struct A;
