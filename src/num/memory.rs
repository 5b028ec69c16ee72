//! Whether memory can be had, tested before it is allocated: a failed allocation would end the
//! process.

/// Bytes up to which nobody asks whether they can be had: where so few cannot, nothing works. (A
/// trial of fewer would also change how some allocators get memory of that size from then on.)
const FEW: usize = 1 << 26;

/// Whether this machine has room for that number of bytes, as far as its allocator says.
pub(crate) fn room_for(bytes: u64) -> bool {
    match isize::try_from(bytes) {
        Ok(bytes) if bytes.unsigned_abs() <= FEW => true,
        Ok(bytes) => Vec::<u8>::new()
            .try_reserve_exact(bytes.unsigned_abs())
            .is_ok(),
        Err(_) => false,
    }
}

/// The same for what threads work with that may not have begun: each takes address space when it does, of
/// which an allocator like glibc's reserves as much as this, and what it needs beside that is small.
pub(crate) fn room_for_threads(bytes: u64, threads: u64) -> bool {
    if cfg!(target_pointer_width = "64") && bytes > FEW as u64 {
        let own = threads.saturating_mul(FEW as u64);
        room_for(bytes.saturating_add(own))
    } else {
        room_for(bytes)
    }
}
