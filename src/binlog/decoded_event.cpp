#include "binlog/decoded_event.h"

#include "binlog/previous_gtids.h"

namespace penstock::binlog {

namespace {

Result<DecodedEvent> unknown(const EventView& event) {
    if ((event.header.flags & event_ignorable_flag) != 0) return IgnorableEvent{};
    return unsupported(event, "this type of event is not known",
                       "the source is of a flavour or version that is not known here");
}

Result<DecodedEvent> decode_mariadb(const EventView& event) {
    switch (event.header.type) {
        case EventType::mariadb_annotate_rows:
            return parse_rows_query(event);
        case EventType::mariadb_binlog_checkpoint:
            return parse_binlog_checkpoint(event);
        case EventType::mariadb_gtid:
            return parse_mariadb_gtid(event);
        case EventType::mariadb_gtid_list:
            return parse_mariadb_gtid_list(event);
        case EventType::mariadb_start_encryption:
            return parse_start_encryption(event);
        default:
            if (is_compressed(event.header.type)) return CompressedEvent{};
            return unknown(event);
    }
}

// What only statement-based logging, and group replication, write.
Result<DecodedEvent> decode_rare(const EventView& event) {
    switch (event.header.type) {
        case EventType::intvar:
            return parse_intvar(event);
        case EventType::rand:
            return parse_rand(event);
        case EventType::user_var:
            return parse_user_var(event);
        case EventType::begin_load_query:
        case EventType::append_block:
        case EventType::delete_file:
            return parse_load_block(event);
        case EventType::execute_load_query:
            return parse_execute_load_query(event);
        case EventType::incident:
            return parse_incident(event);
        case EventType::transaction_context:
            return parse_transaction_context(event);
        case EventType::view_change:
            return parse_view_change(event);
        default:
            return unknown(event);
    }
}

}  // namespace

Result<DecodedEvent> decode_event(const EventView& event, Flavour flavour) {
    if (flavour == Flavour::mariadb && is_mariadb(event.header.type)) return decode_mariadb(event);
    if (is_rows(event.header.type)) return parse_rows(event);
    switch (event.header.type) {
        case EventType::format_description:
            return parse_format_description(event.whole, event.offset);
        case EventType::stop:
            return StopEvent{};
        case EventType::ignorable:
            return IgnorableEvent{};
        case EventType::rotate:
            return parse_rotate(event);
        case EventType::heartbeat:
        case EventType::heartbeat_v2:
            return parse_heartbeat(event, flavour);
        case EventType::previous_gtids:
            return parse_previous_gtids(event);
        case EventType::gtid:
        case EventType::anonymous_gtid:
        case EventType::gtid_tagged:
            return parse_gtid(event);
        case EventType::query:
            return parse_query(event);
        case EventType::xid:
            return parse_xid(event);
        case EventType::xa_prepare:
            return parse_xa_prepare(event);
        case EventType::rows_query:
            return parse_rows_query(event);
        case EventType::table_map:
            return parse_table_map(event);
        case EventType::transaction_payload:
            return parse_transaction_payload(event);
        default:
            return decode_rare(event);
    }
}

}  // namespace penstock::binlog
