//! DynamoDB Local in a container, published on 127.0.0.1 only.
//!
//! The container must not be kept in a static: it is removed when it is dropped, and statics never are.

use testcontainers_modules::dynamodb_local::DynamoDb;
use testcontainers_modules::testcontainers::bollard::models::PortBinding;
use testcontainers_modules::testcontainers::core::error::TestcontainersError;
use testcontainers_modules::testcontainers::core::{ContainerPort, IntoContainerPort};
use testcontainers_modules::testcontainers::runners::SyncRunner;
use testcontainers_modules::testcontainers::{Container, ImageExt};

/// The image.
pub(super) type DynamoDbLocal = DynamoDb;

/// The same as in `docker/compose.yaml`; the module's own is older and is not moved on.
const TAG: &str = "3.3.1";
const PORT: ContainerPort = ContainerPort::Tcp(8000);

/// Starts one, and says where it answers.
///
/// # Errors
/// When Docker does not answer, or the image can't be had.
pub(super) fn start() -> Result<(Container<DynamoDbLocal>, String), TestcontainersError> {
    let container = DynamoDb::default()
        .with_tag(TAG)
        .with_cmd(["-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb"])
        .with_host_config_modifier(|config| {
            let here = PortBinding {
                host_ip: Some("127.0.0.1".to_owned()),
                host_port: None,
            };
            config.publish_all_ports = Some(false);
            config.port_bindings =
                Some([(PORT.to_string(), Some(vec![here]))].into_iter().collect());
        })
        .start()?;
    let port = container.get_host_port_ipv4(8000.tcp())?;
    Ok((container, format!("http://127.0.0.1:{port}")))
}
