//! How weights are read, by the type of the module that holds them.

/// The reading of a field, unless it is a plain shape. `bias` is the length of the module's bias.
pub(crate) fn reading(
    module: &str,
    field: &str,
    shape: &[usize],
    bias: Option<usize>,
) -> Option<String> {
    match (module, field, shape) {
        ("Linear", "weight", [_, _]) => Some("i o".to_string()),
        (
            "ConvTranspose1d" | "ConvTranspose2d" | "ConvTranspose3d",
            "weight",
            &[inputs, outputs, ref kernel @ ..],
        ) => {
            let kernel = " k".repeat(kernel.len());
            Some(match groups(inputs, outputs, bias) {
                1 => format!("i o{kernel}"),
                groups => format!("(g i) o{kernel}, groups {groups}"),
            })
        }
        _ => None,
    }
}

/// A transposed convolution has a bias for each output of every group.
fn groups(inputs: usize, outputs: usize, bias: Option<usize>) -> usize {
    let groups = bias.and_then(|bias| bias.checked_div(outputs));
    let groups = groups.filter(|groups| *groups > 0 && inputs.is_multiple_of(*groups));
    groups.unwrap_or(1)
}

/// Whether a field holds statistics of the data, and no parameter.
pub(crate) fn is_running(module: &str, field: &str) -> bool {
    module == "BatchNorm" && matches!(field, "running_mean" | "running_var")
}

#[cfg(test)]
mod tests {
    use super::reading;

    #[test]
    fn modules_have_readings() {
        let read = |module, shape: &[usize], bias| reading(module, "weight", shape, bias);
        assert_eq!(read("Linear", &[3, 4], None).unwrap(), "i o");
        assert_eq!(read("Conv2d", &[3, 4, 5, 5], Some(3)), None);
        assert_eq!(read("ConvTranspose1d", &[3, 4, 5], None).unwrap(), "i o k");
        let up = |bias| read("ConvTranspose2d", &[6, 4, 5, 5], bias).unwrap();
        assert_eq!(up(Some(4)), "i o k k");
        assert_eq!(up(Some(12)), "(g i) o k k, groups 3");
        // No number of groups.
        assert_eq!(
            (up(Some(0)), up(Some(16))),
            ("i o k k".into(), "i o k k".into())
        );
        assert_eq!(reading("Linear", "bias", &[3], None), None);
    }
}
