//! The verifier catches every defect there is a server with, and finds none in the correct one.

use octane_contract_tests::defects::{Depth, Matrix};

#[test]
fn every_defect_is_caught_and_the_correct_server_has_none() {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    let matrix = Matrix::of("", Depth::First, threads, |_| ());
    assert!(matrix.passed(), "{matrix}");
    assert!(matrix.rows.len() >= 60, "only {} defects", matrix.rows.len());
}
