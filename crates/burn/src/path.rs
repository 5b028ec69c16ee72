//! Where in a module a traversal is.

/// The fields on the way, each with the type of what holds it.
#[derive(Debug, Default)]
pub(crate) struct Path(Vec<(String, String)>);

impl Path {
    pub(crate) fn enter(&mut self, name: &str, container: &str) {
        self.0.push((name.to_string(), container.to_string()));
    }

    pub(crate) fn exit(&mut self) {
        self.0.pop();
    }

    /// The full name.
    pub(crate) fn name(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.join(".")
    }

    /// The type that holds what is here, if it is a struct, and the field.
    pub(crate) fn field(&self) -> (&str, &str) {
        let (name, container) = self
            .0
            .last()
            .map_or(("", ""), |(name, container)| (name, container));
        (container.strip_prefix("Struct:").unwrap_or(""), name)
    }
}
