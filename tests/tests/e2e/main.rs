//! The whole line from a request to its answer, over sites made of real components.
//!
//! One module per topic. What needs the real binary (signals, flags, output) is tested beside it, in
//! `host/tests`.

mod advisories;
mod answering;
mod believed;
mod budgets;
mod contract;
mod diagnosing;
mod edges;
mod faults;
mod files;
mod foreign;
mod frames;
mod hostile;
mod isolation;
mod long_streams;
mod methods;
mod outbound;
mod owners;
mod panics;
mod reload;
mod requests;
mod routing;
mod secrets;
mod static_files;
mod stores;
mod streaming;
mod tls;
mod truncation;
mod wasi_0_3;
mod wire;

use routelet_tests::Guest;

/// The test that needs the guest. A guest without one does not compile: this match has no `_`.
const fn tested_by(guest: Guest) -> fn() {
    match guest {
        Guest::AnswersErrorCode
        | Guest::DropsOutparam
        | Guest::Exits
        | Guest::LeaksHandles
        | Guest::NeverAnswers
        | Guest::OverflowsStack
        | Guest::Traps => answering::a_guest_that_gives_no_answer_is_an_internal_error,
        Guest::AsksMuch => hostile::every_question_to_the_host_is_charged,
        Guest::AnswersStatus => answering::a_status_that_is_no_final_status_is_a_bad_gateway,
        Guest::AnswersThenReads => streaming::a_guest_may_answer_first_and_read_later,
        Guest::CallsItself => outbound::a_route_that_calls_itself_is_stopped_at_the_eighth_level,
        Guest::CallsOut => outbound::a_granted_address_is_called,
        Guest::CallsOutOften => outbound::one_request_calls_out_only_so_often,
        Guest::CallsOutAtOnce | Guest::HoldsResources => edges::every_limit_has_a_test_at_its_edge,
        Guest::CallsOutOddly => advisories::ghsa_5qpp_g3j2_8frx_a_path_names_no_other_host,
        Guest::Computes => answering::a_guest_computes_what_it_is_asked,
        Guest::CountsRequests => isolation::every_request_runs_in_a_fresh_instance,
        Guest::CountsThenTraps => isolation::a_reused_instance_is_thrown_away_after_a_trap,
        Guest::DeclaresLengths => advisories::ghsa_r8xh_cgf7_392j_a_message_has_one_length,
        Guest::Downloads => streaming::a_large_download_arrives_whole,
        Guest::DropsBodyEarly => hostile::a_large_body_is_no_deadlock_however_little_of_it_is_read,
        Guest::EchoesBody => streaming::a_body_is_echoed_while_it_is_sent,
        Guest::EchoesRequest => methods::a_plain_component_that_declares_nothing_sees_all_seven,
        Guest::FillsFields | Guest::TakesRandom => budgets::host_resources_end_at_their_limits,
        Guest::FloodsStdout | Guest::PrintsStdoutStderr => streaming::output_and_answer_do_not_mix,
        Guest::GrowsMemory => budgets::memory_ends_at_its_limit,
        Guest::Hoards => hostile::what_the_host_holds_for_one_guest_is_bounded,
        Guest::GuardsAnother => foreign::composed::a_guard_composed_with_a_handler_lets_only_some_requests_through,
        Guest::HelloNative => answering::a_native_component_answers_by_method,
        Guest::HelloPlain => answering::a_plain_component_answers,
        Guest::KeepsHandles => {
            isolation::an_instance_that_drops_late_is_reused_unless_something_goes_on_or_much_is_left
        }
        Guest::LeavesBodyUnread => requests::a_body_nobody_reads_does_not_disturb_the_next_request,
        Guest::NamesItsMethod => methods::each_exported_method_runs_its_own_export,
        Guest::OpensFiles => isolation::files_are_out_of_reach,
        Guest::OpensSockets => isolation::sockets_are_out_of_reach,
        Guest::PollsBusily | Guest::SpinsForever => budgets::a_spinning_guest_is_stopped_by_its_cpu_budget,
        Guest::ParsesJson => answering::a_guest_parses_what_it_is_sent,
        Guest::PassesLists => advisories::ghsa_jqpg_j7w6_42pr_what_a_call_carries_is_charged,
        Guest::ReadsConfig => contract::the_config_store_is_empty_unless_granted,
        Guest::ReadsContext => contract::a_native_guest_reads_its_context,
        Guest::ReadsEnv => contract::the_environment_holds_what_is_granted_and_nothing_else,
        Guest::ReturnsUnfinishedBody | Guest::SleepsAfterHead | Guest::SpinsAfterHead | Guest::TrapsAfterHead => {
            truncation::without_a_socket_the_body_ends_in_an_error
        }
        Guest::RunsAfter => outbound::a_guest_works_on_after_its_answer,
        Guest::SendsBadHeaders => answering::a_header_that_http_forbids_never_reaches_the_wire,
        Guest::SendsEarlyHead => streaming::a_head_is_sent_before_its_body_is_known,
        Guest::SendsManyHeaders => answering::a_head_beyond_its_limits_is_a_bad_gateway,
        Guest::SendsSecrets => secrets::a_placeholder_is_replaced_in_header_fields_and_nowhere_else,
        Guest::SendsTrailers => hostile::a_trailer_says_nothing_that_only_a_head_may_say,
        Guest::SendsWrongLength => answering::a_length_that_does_not_match_never_looks_complete,
        Guest::ServesAxum => foreign::axum::an_application_of_axum_answers_by_its_own_routes,
        Guest::ServesAxumNatively => foreign::axum::it_answers_behind_native_interfaces_too,
        Guest::SleepsForever => budgets::a_sleeping_guest_is_stopped_by_the_clock,
        Guest::SpeaksWasi03 => wasi_0_3::a_guest_of_either_generation_answers_in_one_site,
        Guest::SpinsAfterResponse => budgets::a_guest_that_spins_after_its_answer_is_stopped_too,
        Guest::StreamsForever => hostile::a_body_without_end_ends_with_its_time,
        Guest::StreamsSlowly => streaming::each_event_reaches_the_client_before_the_next_is_made,
        Guest::UsesStore => stores::what_is_written_is_read_again,
        Guest::Uploads => streaming::a_large_upload_arrives_whole,
        Guest::WaitsMuch => budgets::waiting_costs_no_cpu,
        Guest::WorksOnFiles => files::what_a_guest_writes_ends_at_its_limit_whichever_way_it_is_written,
        Guest::WritesWithoutPermit => budgets::a_write_that_was_never_permitted_ends_the_guest,
        Guest::WritesZeroes => advisories::ghsa_c9gc_w9vx_w86p_an_outgoing_body_takes_what_it_permitted,
    }
}

const _: fn(Guest) -> fn() = tested_by;
