// Table maps and rows events, each with 2 bytes of length in front, packed into a BINLOG statement
// and taken out again: the statement has the one shape that servers take, and the same rows.
#include "../unit/binlog/support.h"
#include "binlog/base64.h"
#include "binlog/binlog_statement.h"
#include "fuzz.h"

using namespace penstock;
using namespace penstock::binlog;

namespace {

constexpr std::string_view opening = "BINLOG '";

void require_shape(const std::string& statement, const std::string& rows) {
    PENSTOCK_ASSERT(statement.starts_with(opening) && statement.ends_with('\''));
    const std::string_view text =
        std::string_view(statement).substr(opening.size(), statement.size() - opening.size() - 1);
    const std::string bytes = test::from_base64(text);
    std::string rows_again;
    bool rows_began = false;
    bool ended = false;
    Bytes rest = base::as_bytes(bytes);
    while (!rest.empty()) {
        const EventHeader header = parse_event_header(rest).value();
        const EventView event =
            view_event(rest.first(header.event_size), ChecksumAlgorithm::none).value();
        rest = rest.subspan(header.event_size);
        PENSTOCK_ASSERT(!ended);
        if (header.type == EventType::table_map) {
            PENSTOCK_ASSERT(!rows_began && parse_table_map(event));
            continue;
        }
        const RowsEvent parsed = parse_rows(event).value();
        rows_began = true;
        ended = (parsed.flags & rows_statement_end_flag) != 0;
        rows_again += base::as_text(parsed.rows);
    }
    PENSTOCK_ASSERT(ended && rows_again == rows);
}

void require_base64(Bytes input) {
    std::string fast;
    std::string portable;
    append_base64(fast, input);
    append_base64_portable(portable, input);
    PENSTOCK_ASSERT(fast == portable && test::from_base64(fast) == base::as_text(input));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Bytes input(data, size);
    require_base64(input);
    BinlogStatementBuilder builder;
    std::string rows;
    while (!input.empty()) {
        const fuzz::Event map_event(EventType::table_map, fuzz::take_piece(input));
        const EventType type{fuzz::take_byte(input)};
        const fuzz::Event rows_event(type, fuzz::take_piece(input));
        const auto map = parse_table_map(map_event.view());
        const auto parsed = parse_rows(rows_event.view());
        if (!map || !parsed) continue;
        if (builder.add_rows(builder.add_table(*map), *parsed)) {
            rows += base::as_text(parsed->rows);
        }
    }
    if (!builder.empty()) require_shape(builder.finish(), rows);
    return 0;
}
