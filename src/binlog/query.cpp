#include "binlog/query.h"

#include <fmt/core.h>

#include "base/text.h"
#include "binlog/mariadb_gtid_event.h"

namespace penstock::binlog {

namespace {

// mysql-9.7 statement_events.h, Query_event_status_vars; those that only old servers write too.
enum class Variable : std::uint8_t {
    flags2 = 0,
    sql_mode = 1,
    catalog_with_nul = 2,
    auto_increment = 3,
    charset = 4,
    time_zone = 5,
    catalog = 6,
    lc_time_names = 7,
    collation_database = 8,
    table_map_for_update = 9,
    master_data_written = 10,
    invoker = 11,
    updated_schemas = 12,
    microseconds = 13,
    explicit_defaults_for_timestamp = 16,
    ddl_xid = 17,
    default_collation_for_utf8mb4 = 18,
    sql_require_primary_key = 19,
    default_table_encryption = 20,
    enable_cascade_triggers = 21,
    // MariaDB 11.8 sql/log_event.h
    mariadb_microseconds = 128,
    mariadb_xid = 129,
    mariadb_gtid_flags = 130,
    mariadb_charset_collations = 131,
    mariadb_padding = 255,
};

constexpr std::size_t execute_load_query_extra_bytes = 13;
constexpr std::uint8_t updated_schemas_overflow = 254;  // OVER_MAX_DBS_IN_EVENT_MTS

void read_updated_schemas(base::ByteReader& reader, QueryEvent& query) {
    const std::uint8_t count = reader.u8();
    query.updated_schemas.clear();
    query.updated_schemas_overflow = count == updated_schemas_overflow;
    if (query.updated_schemas_overflow) return;
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        base::ByteReader ahead = reader;
        const std::string_view rest = base::as_text(ahead.rest());
        const std::size_t end = rest.find('\0');
        // Without a NUL there is no name: asking for more than there is fails the reader.
        query.updated_schemas.push_back(reader.text(end == rest.npos ? rest.size() + 1 : end));
        reader.skip(1);
    }
}

void read_gtid_flags(base::ByteReader& reader, QueryEvent& query) {
    const std::uint8_t flags = reader.u8();
    query.mariadb_gtid_extra_flags = flags;
    if ((flags & (mariadb_gtid_commit_alter_flag | mariadb_gtid_rollback_alter_flag)) != 0) {
        query.mariadb_start_alter_sequence = reader.u64();
    }
}

void read_charset_collations(base::ByteReader& reader, QueryEvent& query) {
    const std::uint8_t count = reader.u8();
    query.charset_collations.clear();
    for (std::uint8_t i = 0; i < count && reader.ok(); ++i) {
        const std::uint16_t charset = reader.u16();
        query.charset_collations.push_back({charset, reader.u16()});
    }
}

bool read_mariadb_variable(base::ByteReader& reader, Variable variable, QueryEvent& query) {
    switch (variable) {
        case Variable::mariadb_microseconds:
            query.microseconds = static_cast<std::uint32_t>(reader.le(3));
            return true;
        case Variable::mariadb_xid:
            query.ddl_xid = reader.u64();
            return true;
        case Variable::mariadb_gtid_flags:
            read_gtid_flags(reader, query);
            return true;
        case Variable::mariadb_charset_collations:
            read_charset_collations(reader, query);
            return true;
        case Variable::mariadb_padding:
            return true;
        default:
            return false;
    }
}

// False: a variable of unknown length.
bool read_variable(base::ByteReader& reader, Variable variable, QueryEvent& query) {
    switch (variable) {
        case Variable::flags2:
            query.flags2 = reader.u32();
            return true;
        case Variable::sql_mode:
            query.sql_mode = reader.u64();
            return true;
        case Variable::catalog_with_nul:
            query.catalog = reader.text(reader.u8());
            if (!query.catalog.empty()) reader.skip(1);
            return true;
        case Variable::auto_increment:
            query.auto_increment_increment = reader.u16();
            query.auto_increment_offset = reader.u16();
            return true;
        case Variable::charset: {
            const std::uint16_t client = reader.u16();
            const std::uint16_t connection = reader.u16();
            query.charset = QueryCharset{client, connection, reader.u16()};
            return true;
        }
        case Variable::time_zone:
            query.time_zone = reader.text(reader.u8());
            return true;
        case Variable::catalog:
            query.catalog = reader.text(reader.u8());
            return true;
        case Variable::lc_time_names:
            query.lc_time_names = reader.u16();
            return true;
        case Variable::collation_database:
            query.collation_database = reader.u16();
            return true;
        case Variable::table_map_for_update:
            query.table_map_for_update = reader.u64();
            return true;
        case Variable::master_data_written:
            reader.skip(4);
            return true;
        case Variable::invoker:
            query.invoker_user = reader.text(reader.u8());
            query.invoker_host = reader.text(reader.u8());
            return true;
        case Variable::updated_schemas:
            read_updated_schemas(reader, query);
            return true;
        case Variable::microseconds:
            query.microseconds = static_cast<std::uint32_t>(reader.le(3));
            return true;
        case Variable::explicit_defaults_for_timestamp:
            query.explicit_defaults_for_timestamp = reader.u8() != 0;
            return true;
        case Variable::ddl_xid:
            query.ddl_xid = reader.u64();
            return true;
        case Variable::default_collation_for_utf8mb4:
            query.default_collation_for_utf8mb4 = reader.u16();
            return true;
        case Variable::sql_require_primary_key:
            query.sql_require_primary_key = reader.u8();
            return true;
        case Variable::default_table_encryption:
            query.default_table_encryption = reader.u8();
            return true;
        case Variable::enable_cascade_triggers:
            query.enable_cascade_triggers = reader.u8();
            return true;
        default:
            return read_mariadb_variable(reader, variable, query);
    }
}

// Whether `sql` starts with these words, any ASCII case; the word boundary is the caller's.
bool starts_with(std::string_view sql, std::string_view words) {
    return base::equals_ignoring_ascii_case(sql.substr(0, words.size()), words);
}

bool ends_with(std::string_view sql, std::string_view words) {
    return sql.size() >= words.size() &&
           base::equals_ignoring_ascii_case(sql.substr(sql.size() - words.size()), words);
}

}  // namespace

Result<QueryEvent> parse_query(const EventView& event) {
    base::ByteReader reader(event.body);
    QueryEvent query;
    query.thread_id = reader.u32();
    query.exec_time = reader.u32();
    const std::uint8_t schema_bytes = reader.u8();
    query.error_code = reader.u16();
    const std::uint16_t variable_bytes = reader.u16();
    if (event.header.type == EventType::execute_load_query) {
        reader.skip(execute_load_query_extra_bytes);
    }
    base::ByteReader variables(reader.view(variable_bytes));
    query.schema = reader.text(schema_bytes);
    const std::uint8_t nul = reader.u8();
    query.sql = base::as_text(reader.rest());
    if (!reader.ok()) return malformed(event, "truncated");
    if (nul != 0) return malformed(event, "the schema's name does not end where it should");
    while (variables.remaining() > 0) {
        const std::uint8_t code = variables.u8();
        if (!read_variable(variables, Variable{code}, query)) {
            return unsupported(event, fmt::format("unknown status variable {}", code),
                               "the source's version is newer than this program knows");
        }
        if (!variables.ok()) {
            return malformed(event, fmt::format("status variable {} is truncated", code));
        }
    }
    return query;
}

QueryKind classify_query(std::string_view sql) {
    const std::string_view text = base::trim(sql);
    if (base::equals_ignoring_ascii_case(text, "BEGIN")) return QueryKind::begin;
    if (base::equals_ignoring_ascii_case(text, "COMMIT")) return QueryKind::commit;
    if (starts_with(text, "SAVEPOINT ") || starts_with(text, "ROLLBACK TO ") ||
        starts_with(text, "RELEASE SAVEPOINT ")) {
        return QueryKind::savepoint;
    }
    if (base::equals_ignoring_ascii_case(text, "ROLLBACK") || starts_with(text, "ROLLBACK ")) {
        return QueryKind::rollback;
    }
    if (starts_with(text, "XA START ") || starts_with(text, "XA BEGIN ")) {
        return QueryKind::xa_start;
    }
    if (starts_with(text, "XA END ")) return QueryKind::xa_end;
    if (starts_with(text, "XA ")) return QueryKind::xa;
    if (starts_with(text, "CREATE TABLE ") && ends_with(text, " START TRANSACTION")) {
        return QueryKind::create_start_transaction;
    }
    return QueryKind::other;
}

}  // namespace penstock::binlog
