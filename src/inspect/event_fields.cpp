#include "inspect/event_fields.h"

#include <fmt/format.h>

#include "base/text.h"
#include "binlog/decimal.h"
#include "binlog/format_description.h"
#include "binlog/gtid_event.h"
#include "binlog/heartbeat.h"
#include "binlog/incident.h"
#include "binlog/load_data.h"
#include "binlog/mariadb_control.h"
#include "binlog/mariadb_gtid_event.h"
#include "binlog/payload.h"
#include "binlog/previous_gtids.h"
#include "binlog/query.h"
#include "binlog/rotate.h"
#include "binlog/rows_query.h"
#include "binlog/statement_context.h"
#include "binlog/xid.h"

namespace penstock::inspect {
namespace {

using binlog::EventType;
using binlog::EventView;
using binlog::Flavour;

void number_if(EventWriter& out, std::string_view name, std::uint64_t value) {
    if (value != 0) out.number(name, value);
}

Result<void> write_format(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto format, binlog::parse_format_description(event.whole));
    out.text("server_version", format.server_version);
    out.number("binlog_version", format.binlog_version);
    out.text("checksum", format.checksum == binlog::ChecksumAlgorithm::none ? "none" : "CRC32");
    if (format.in_use) out.flag("in_use", true);
    return {};
}

Result<void> write_rotate(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto rotate, binlog::parse_rotate(event));
    out.text("next_file", rotate.file);
    out.number("position", rotate.position);
    return {};
}

Result<void> write_gtid(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto gtid, binlog::parse_gtid(event));
    if (!gtid.anonymous) out.text("gtid", gtid.gtid.to_string());
    if (gtid.sequence_number != 0) {
        out.integer("last_committed", gtid.last_committed);
        out.integer("sequence_number", gtid.sequence_number);
    }
    number_if(out, "immediate_commit_us", gtid.immediate_commit_timestamp_us);
    number_if(out, "original_commit_us", gtid.original_commit_timestamp_us);
    number_if(out, "transaction_bytes", gtid.transaction_length);
    number_if(out, "server_version", gtid.immediate_server_version);
    return {};
}

void write_query_parts(const binlog::QueryEvent& query, EventWriter& out) {
    out.text("schema", query.schema);
    out.text("sql", query.sql);
    out.number("thread_id", query.thread_id);
    number_if(out, "exec_seconds", query.exec_time);
    number_if(out, "error_code", query.error_code);
    if (query.sql_mode) out.number("sql_mode", *query.sql_mode);
    if (!query.time_zone.empty()) out.text("time_zone", query.time_zone);
    if (query.charset) {
        out.number("charset_client", query.charset->client);
        out.number("collation_connection", query.charset->connection);
        out.number("collation_server", query.charset->server);
    }
    if (query.collation_database) out.number("collation_database", *query.collation_database);
    if (query.invoker_user) {
        out.text("invoker", fmt::format("{}@{}", *query.invoker_user,
                                        query.invoker_host.value_or(std::string_view{})));
    }
}

Result<void> write_query(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto query, binlog::parse_query(event));
    write_query_parts(query, out);
    return {};
}

Result<void> write_load_query(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto load, binlog::parse_execute_load_query(event));
    out.number("file_id", load.file_id);
    write_query_parts(load.query, out);
    return {};
}

Result<void> write_load_block(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto load, binlog::parse_load_block(event));
    out.number("file_id", load.file_id);
    out.number("block_bytes", load.block.size());
    return {};
}

Result<void> write_user_var(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto variable, binlog::parse_user_var(event));
    out.text("name", variable.name);
    if (variable.is_null) return {};
    switch (variable.kind) {
        case binlog::UserVarKind::integer: {
            const std::uint64_t bits = base::load_le(variable.value.data(), 8);
            if (variable.is_unsigned) {
                out.number("value", bits);
            } else {
                out.integer("value", static_cast<std::int64_t>(bits));
            }
            return {};
        }
        case binlog::UserVarKind::decimal: {
            std::string text;
            const binlog::DecimalShape shape{variable.value[0], variable.value[1]};
            if (!shape.is_sound() ||
                !binlog::append_decimal(text, variable.value.subspan(2), shape)) {
                return binlog::malformed(event, "its value is no DECIMAL");
            }
            out.text("value", text);
            return {};
        }
        case binlog::UserVarKind::real:
            out.text(
                "value",
                fmt::format("{}", std::bit_cast<double>(base::load_le(variable.value.data(), 8))));
            return {};
        case binlog::UserVarKind::string:
            out.bytes("value", base::as_text(variable.value),
                      variable.collation == binlog::collation_binary);
            out.number("collation", variable.collation);
            return {};
    }
    return {};
}

Result<void> write_payload(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto payload, binlog::parse_transaction_payload(event));
    out.text("compression",
             payload.compression == binlog::PayloadCompression::zstd ? "zstd" : "none");
    out.number("payload_bytes", payload.payload.size());
    if (payload.uncompressed_bytes) out.number("expanded_bytes", *payload.uncompressed_bytes);
    return {};
}

Result<void> write_heartbeat(const EventView& event, Flavour flavour, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto heartbeat, binlog::parse_heartbeat(event, flavour));
    out.text("next_file", heartbeat.file);
    out.number("position", heartbeat.position);
    return {};
}

Result<void> write_incident(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto incident, binlog::parse_incident(event));
    out.number("incident", incident.incident);
    out.text("message", incident.message);
    return {};
}

Result<void> write_xa_prepare(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto prepare, binlog::parse_xa_prepare(event));
    out.text("xa", prepare.xa.to_string());
    out.flag("one_phase", prepare.one_phase);
    return {};
}

// An ALTER that is in the log twice (binlog_alter_two_phase): which of the two this is.
void write_alter(const binlog::MariadbGtidEvent& gtid, EventWriter& out) {
    if ((gtid.extra_flags & binlog::mariadb_gtid_start_alter_flag) != 0) {
        out.text("alter", "START");
    }
    if ((gtid.extra_flags & binlog::mariadb_gtid_commit_alter_flag) != 0) {
        out.text("alter", "COMMIT");
    }
    if ((gtid.extra_flags & binlog::mariadb_gtid_rollback_alter_flag) != 0) {
        out.text("alter", "ROLLBACK");
    }
    number_if(out, "start_alter_sequence", gtid.start_alter_sequence);
}

Result<void> write_mariadb_gtid(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto gtid, binlog::parse_mariadb_gtid(event));
    out.text("gtid", gtid.gtid.to_string());
    out.flag("standalone", gtid.standalone());
    out.flag("ddl", (gtid.flags & binlog::mariadb_gtid_ddl_flag) != 0);
    out.flag("transactional", (gtid.flags & binlog::mariadb_gtid_transactional_flag) != 0);
    out.flag("waited", (gtid.flags & binlog::mariadb_gtid_waited_flag) != 0);
    write_alter(gtid, out);
    number_if(out, "commit_id", gtid.commit_id);
    number_if(out, "thread_id", gtid.thread_id);
    number_if(out, "extra_engines", gtid.extra_engines);
    if (gtid.xa) out.text("xa", gtid.xa->to_string());
    return {};
}

Result<void> write_mariadb_gtid_list(const EventView& event, EventWriter& out) {
    PENSTOCK_ASSIGN(const auto list, binlog::parse_mariadb_gtid_list(event));
    std::string text;
    for (const MariadbGtid& gtid : list.gtids) {
        if (!text.empty()) text += ',';
        text += gtid.to_string();
    }
    out.text("gtids", text);
    return {};
}

}  // namespace

Result<void> write_fields(const EventView& event, Flavour flavour, EventWriter& out) {
    switch (event.header.type) {
        case EventType::format_description:
            return write_format(event, out);
        case EventType::rotate:
            return write_rotate(event, out);
        case EventType::gtid:
        case EventType::anonymous_gtid:
        case EventType::gtid_tagged:
            return write_gtid(event, out);
        case EventType::previous_gtids: {
            PENSTOCK_ASSIGN(const GtidSet set, binlog::parse_previous_gtids(event));
            out.text("gtids", set.to_string());
            return {};
        }
        case EventType::query:
            return write_query(event, out);
        case EventType::execute_load_query:
            return write_load_query(event, out);
        case EventType::begin_load_query:
        case EventType::append_block:
        case EventType::delete_file:
            return write_load_block(event, out);
        case EventType::rows_query:
        case EventType::mariadb_annotate_rows: {
            PENSTOCK_ASSIGN(const auto query, binlog::parse_rows_query(event));
            out.text("sql", query.text);
            return {};
        }
        case EventType::xid: {
            PENSTOCK_ASSIGN(const auto xid, binlog::parse_xid(event));
            out.number("xid", xid.number);
            return {};
        }
        case EventType::xa_prepare:
            return write_xa_prepare(event, out);
        case EventType::intvar: {
            PENSTOCK_ASSIGN(const auto intvar, binlog::parse_intvar(event));
            out.text("variable",
                     intvar.kind == binlog::IntvarKind::insert_id ? "INSERT_ID" : "LAST_INSERT_ID");
            out.number("value", intvar.value);
            return {};
        }
        case EventType::rand: {
            PENSTOCK_ASSIGN(const auto rand, binlog::parse_rand(event));
            out.number("seed1", rand.seed1);
            out.number("seed2", rand.seed2);
            return {};
        }
        case EventType::user_var:
            return write_user_var(event, out);
        case EventType::transaction_payload:
            return write_payload(event, out);
        case EventType::heartbeat:
        case EventType::heartbeat_v2:
            return write_heartbeat(event, flavour, out);
        case EventType::incident:
            return write_incident(event, out);
        case EventType::mariadb_gtid:
            return write_mariadb_gtid(event, out);
        case EventType::mariadb_gtid_list:
            return write_mariadb_gtid_list(event, out);
        case EventType::mariadb_binlog_checkpoint: {
            PENSTOCK_ASSIGN(const auto checkpoint, binlog::parse_binlog_checkpoint(event));
            out.text("next_file", checkpoint.file);
            return {};
        }
        default:
            return {};
    }
}

}  // namespace penstock::inspect
