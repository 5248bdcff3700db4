//! Bad input is refused for what is wrong with it, and changes nothing.

use octane_contract_tests::negative::every_case;

use crate::support::{in_process, runtime};

#[test]
fn every_broken_request_is_refused_for_what_is_wrong_with_it() {
    let session = in_process();
    let negatives = runtime().block_on(every_case(&session)).unwrap();
    let wrong: Vec<String> =
        negatives.wrong.iter().map(|bad| format!("{}\n{}", bad.about, bad.failure)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), negatives.tried, wrong.join("\n"));
    assert!(negatives.tried > 500, "only {} cases were generated", negatives.tried);
}
