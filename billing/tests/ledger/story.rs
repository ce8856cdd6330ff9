//! The README's worked example is what the example program prints.

#[path = "../../examples/one_clip.rs"]
mod one_clip;

use kinora_billing::{Error, books_balance};
use kinora_store::testing::each_database;

#[test]
fn the_readme_tells_what_the_example_prints() {
    each_database(|store| {
        let told = store.run_blocking(|db| {
            db.write_tx(|db| {
                let told = one_clip::story(db)?;
                assert_eq!(books_balance(db)?.faults, Vec::<String>::new());
                Ok::<_, Error>(told)
            })
        });
        let told = told.unwrap();
        let readme = include_str!("../../README.md");
        assert!(
            readme.contains(told.trim_end()),
            "run the example and put its output into README.md:\n{told}"
        );
    });
}
