//! Names that come near one that is not there.

/// Up to three names that share most with `name`: the longest beginning and end together.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let shared = |a: &mut dyn Iterator<Item = (u8, u8)>| a.take_while(|(a, b)| a == b).count();
    let mut all: Vec<(usize, &str)> = names
        .map(|other| {
            let begin = shared(&mut name.bytes().zip(other.bytes()));
            let end = shared(&mut name.bytes().rev().zip(other.bytes().rev()));
            let shorter = name.len().min(other.len());
            ((begin + end).min(shorter), other)
        })
        .filter(|(shared, _)| 2 * shared >= name.len())
        .collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    all.into_iter()
        .take(3)
        .map(|(_, name)| name.to_string())
        .collect()
}
