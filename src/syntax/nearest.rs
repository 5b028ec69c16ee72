//! Which names are nearest to another.

/// Names that are shown at most.
const SHOWN: usize = 3;

/// Bytes of a name that are compared, so that no text takes long.
const LONGEST: usize = 64;

/// Those of `names` that differ least from `name`, the nearest first, and at most three. If there are
/// more than three names, only those count of which at most every third letter differs; if none does,
/// those that begin with `name`.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<(usize, &str)> = names
        .into_iter()
        .map(|known| (distance(name, known), known))
        .collect();
    all.sort();
    all.dedup();
    let few = all.len() <= SHOWN;
    let is_near = |distance: usize, known: &str| {
        few || distance <= (name.len().max(known.len()).min(LONGEST) / 3).max(1)
    };
    if !all
        .iter()
        .any(|&(distance, known)| is_near(distance, known))
    {
        all.retain(|(_, known)| !name.is_empty() && known.starts_with(name));
        return shown(all.into_iter());
    }
    shown((all.into_iter()).filter(|&(distance, known)| is_near(distance, known)))
}

fn shown<'a>(names: impl Iterator<Item = (usize, &'a str)>) -> Vec<String> {
    let names = names.take(SHOWN);
    names.map(|(_, known)| known.to_string()).collect()
}

/// Letters that are put in, left out, changed or swapped with the next, whatever their case.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<u8> {
        let bytes = text.bytes().take(LONGEST);
        bytes.map(|byte| byte.to_ascii_lowercase()).collect()
    };
    let (a, b) = (letters(a), letters(b));
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = last;
        last = row;
    }
    last[b.len()]
}
