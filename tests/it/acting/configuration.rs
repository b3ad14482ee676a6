//! Which configuration counts.

use super::desk::Desk;

const POLICIES: &str = "account: \"000000000001\"\npolicies: [{ keep: { for: 3d } }]\n";

/// Acting by the default policy, and without the pins, is not what whoever wrote these means.
#[test]
fn a_configuration_that_is_nearly_there_is_not_passed_over() {
    let misnamed = Desk::new("configuration-misnamed");
    misnamed.write("snaplife.yml", POLICIES);
    let mut told = misnamed.session(&["create --dry-run"]);
    #[cfg(unix)]
    {
        let dangling = Desk::new("configuration-dangling");
        std::os::unix::fs::symlink("moved-away.yaml", dangling.path("snaplife.yaml"))
            .expect("a link can be made");
        told += &dangling.session(&["create --dry-run"]);
    }
    insta::assert_snapshot!(told);
}
