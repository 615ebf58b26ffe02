//! Validates a component against the clock. Its sections are validated item by item, since some
//! items cost as much as all types together have members: two hundred kilobytes of instantiations
//! can ask for a minute of work.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use wasmparser::{FromReader, Parser, Payload, SectionLimited, ValidPayload, Validator, WasmFeatures};

use super::ContractError;

/// A validator that gives up after a time.
pub(super) struct Paced<'a> {
    validator: Validator,
    bytes: &'a [u8],
    started: Instant,
    time_max: Duration,
}

/// Validates a section of which every item may be costly.
macro_rules! item_by_item {
    ($paced:ident, $parser:ident, $section:ident, $validate:ident) => {{
        for item in items($section)? {
            let alone = alone(&$paced.bytes[bounds(&item)]);
            // One byte is added in front, which counts the items.
            let reader = $parser.binary_reader(&alone, item.start.saturating_sub(1));
            $paced.validator.$validate(&SectionLimited::new(reader)?)?;
            $paced.still_in_time()?;
        }
        Ok(ValidPayload::Ok)
    }};
}

impl<'a> Paced<'a> {
    /// A validator for the component that `bytes` are.
    pub(super) fn new(bytes: &'a [u8], time_max: Duration) -> Self {
        let validator = Validator::new_with_features(WasmFeatures::all());
        Self { validator, bytes, started: Instant::now(), time_max }
    }

    /// What the validator has learnt.
    pub(super) fn validator(&self) -> &Validator {
        &self.validator
    }

    /// Validates one payload that `parser` has read.
    pub(super) fn payload<'p>(
        &mut self,
        payload: &Payload<'p>,
        parser: &Parser,
    ) -> Result<ValidPayload<'p>, ContractError> {
        self.still_in_time()?;
        match payload {
            Payload::InstanceSection(section) => item_by_item!(self, parser, section, instance_section),
            Payload::ComponentInstanceSection(section) => {
                item_by_item!(self, parser, section, component_instance_section)
            }
            Payload::ComponentAliasSection(section) => item_by_item!(self, parser, section, component_alias_section),
            Payload::ComponentTypeSection(section) => item_by_item!(self, parser, section, component_type_section),
            Payload::ComponentImportSection(section) => item_by_item!(self, parser, section, component_import_section),
            Payload::ComponentExportSection(section) => item_by_item!(self, parser, section, component_export_section),
            other => Ok(self.validator.payload(other)?),
        }
    }

    fn still_in_time(&self) -> Result<(), ContractError> {
        if self.started.elapsed() < self.time_max {
            return Ok(());
        }
        Err(ContractError::TooCostly { time_max: self.time_max })
    }
}

/// Where the items of a section lie in the file.
fn items<'s, T: FromReader<'s>>(section: &SectionLimited<'s, T>) -> wasmparser::Result<Vec<Range<u64>>> {
    let starts = section.clone().into_iter_with_offsets().map(|item| item.map(|(start, _)| start));
    let starts: Vec<u64> = starts.collect::<wasmparser::Result<_>>()?;
    let ends = starts.iter().skip(1).copied().chain([section.range().end]);
    Ok(starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect())
}

/// A section of one item.
fn alone(item: &[u8]) -> Vec<u8> {
    [&[1], item].concat()
}

fn bounds(item: &Range<u64>) -> Range<usize> {
    let place = |offset| usize::try_from(offset).expect("offsets lie inside of what is in memory");
    place(item.start)..place(item.end)
}
