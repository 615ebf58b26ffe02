//! Holds an instance to the memory its policy allows. It counts; what happens on refusal is wasmtime's.

use wasmtime::ResourceLimiter;

use crate::policy::Limits;

/// What a table element costs in the host, in bytes.
const TABLE_ELEMENT_BYTES: usize = 8;

/// The memory of one instance: all linear memories and tables together.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    max_bytes: usize,
    table_elements_max: usize,
    instances_max: usize,
    memories_max: usize,
    tables_max: usize,
    used_bytes: usize,
    /// The growth granted last, given back if the allocation behind it fails.
    last_growth_bytes: usize,
    refused: bool,
}

impl MemoryBudget {
    /// Nothing used yet.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            max_bytes: usize::try_from(limits.memory_bytes).unwrap_or(usize::MAX),
            table_elements_max: limits.table_elements as usize,
            instances_max: limits.instances,
            memories_max: limits.memories,
            tables_max: limits.tables,
            used_bytes: 0,
            last_growth_bytes: 0,
            refused: false,
        }
    }

    /// The budget for the next operation of the instance. Whatever an earlier one was granted has come to pass by now:
    /// the runtime also reports failures that it never asked for, such as growth beyond what a memory's index can
    /// reach, and those must give nothing back.
    pub(crate) fn next_operation(&mut self) -> &mut Self {
        self.last_growth_bytes = 0;
        self
    }

    /// Whether a growth was refused, which explains most traps that follow.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }

    fn grow(&mut self, by_bytes: usize) -> bool {
        let granted = self.used_bytes.saturating_add(by_bytes) <= self.max_bytes;
        if granted {
            self.used_bytes += by_bytes;
            self.last_growth_bytes = by_bytes;
        } else {
            self.refused = true;
        }
        granted
    }

    fn refund(&mut self) {
        self.used_bytes -= std::mem::take(&mut self.last_growth_bytes);
    }
}

impl ResourceLimiter for MemoryBudget {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let within_own_maximum = maximum.is_none_or(|maximum| desired <= maximum);
        Ok(within_own_maximum && self.grow(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.refund();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let within_own_maximum = maximum.is_none_or(|maximum| desired <= maximum);
        let within_limit = desired <= self.table_elements_max;
        self.refused |= !within_limit;
        let by_bytes = desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT_BYTES);
        Ok(within_own_maximum && within_limit && self.grow(by_bytes))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.refund();
        Ok(())
    }

    fn instances(&self) -> usize {
        self.instances_max
    }

    fn memories(&self) -> usize {
        self.memories_max
    }

    fn tables(&self) -> usize {
        self.tables_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(memory_bytes: u64, table_elements: u32) -> MemoryBudget {
        MemoryBudget::new(&Limits { memory_bytes, table_elements, ..Limits::default() })
    }

    #[test]
    fn memories_and_tables_share_one_budget() {
        let mut budget = budget(1000, 100);
        assert!(budget.memory_growing(0, 600, None).expect("counts"));
        assert!(budget.table_growing(0, 50, None).expect("counts"));
        assert!(!budget.memory_growing(600, 601, None).expect("counts"), "600 + 50 * 8 is all there is");
        assert!(budget.refused());
    }

    #[test]
    fn a_failed_growth_is_given_back() {
        let mut budget = budget(1000, 100);
        assert!(budget.memory_growing(0, 1000, None).expect("counts"));
        budget.memory_grow_failed(wasmtime::format_err!("no memory")).expect("refunds");
        assert!(budget.memory_growing(0, 1000, None).expect("counts"));
    }

    #[test]
    fn a_failure_that_was_never_granted_gives_nothing_back() {
        let mut budget = budget(1000, 100);
        assert!(budget.memory_growing(0, 1000, None).expect("counts"));
        budget.next_operation().memory_grow_failed(wasmtime::format_err!("beyond 4 GiB")).expect("counts");
        budget.next_operation().table_grow_failed(wasmtime::format_err!("overflow")).expect("counts");
        assert!(!budget.next_operation().memory_growing(1000, 1001, None).expect("counts"));
    }

    #[test]
    fn table_elements_have_a_limit_of_their_own() {
        let mut budget = budget(1 << 20, 100);
        assert!(budget.table_growing(0, 100, None).expect("counts"));
        assert!(!budget.table_growing(100, 101, None).expect("counts"));
    }
}
