//! Whether memory can be had, tested before it is allocated: a failed allocation would end the
//! process.

/// Up to this many bytes there is no test: if these cannot be allocated, nothing works. (Testing
/// smaller sizes would also change how some allocators serve that size from then on.)
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

/// The same for memory of threads that may not have started. A thread takes address space when it starts;
/// an allocator like glibc's reserves this much for each, and the rest is small.
pub(crate) fn room_for_threads(bytes: u64, threads: u64) -> bool {
    if cfg!(target_pointer_width = "64") && bytes > FEW as u64 {
        let own = threads.saturating_mul(FEW as u64);
        room_for(bytes.saturating_add(own))
    } else {
        room_for(bytes)
    }
}
