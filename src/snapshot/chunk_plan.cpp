#include "snapshot/chunk_plan.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "snapshot/limits.h"

namespace penstock::snapshot {
namespace {

// A BIGINT, signed or unsigned, as its distance from the lowest signed one: order and differences
// of both kinds come out right.
constexpr unsigned __int128 offset = static_cast<unsigned __int128>(1) << 63U;

std::optional<unsigned __int128> parse_integer(std::string_view text) {
    const char* end = text.data() + text.size();
    if (!text.empty() && text.front() == '-') {
        std::int64_t value = 0;
        const auto parsed = std::from_chars(text.data(), end, value);
        if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
        return static_cast<unsigned __int128>(static_cast<__int128>(offset) + value);
    }
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return offset + value;
}

std::string print_integer(unsigned __int128 value) {
    if (value >= offset) return std::to_string(static_cast<std::uint64_t>(value - offset));
    return std::to_string(
        static_cast<std::int64_t>(static_cast<__int128>(value) - static_cast<__int128>(offset)));
}

}  // namespace

std::vector<PartBounds> split_range(std::string_view lowest, std::string_view highest,
                                    std::uint64_t count) {
    const auto low = parse_integer(lowest);
    const auto high = parse_integer(highest);
    if (!low || !high || *high <= *low || count <= 1) return {PartBounds{}};
    const unsigned __int128 values = *high - *low + 1;
    if (values < count) count = static_cast<std::uint64_t>(values);
    std::vector<PartBounds> parts;
    std::string lower;
    for (std::uint64_t i = 1; i <= count; ++i) {
        std::string upper = i == count ? "" : print_integer(*low + values * i / count);
        parts.push_back({lower, upper});
        lower = std::move(upper);
    }
    return parts;
}

std::uint64_t part_count(const TableShape& table, unsigned connections, std::uint64_t chunk_rows) {
    if (table.key.empty() || table.key_column(0).kind != ColumnKind::integer) return 1;
    const std::uint64_t worth = table.estimated_rows / (chunk_rows * part_chunks_min);
    const std::uint64_t wanted = std::uint64_t{connections} * parts_per_connection;
    return std::clamp<std::uint64_t>(std::min(worth, wanted), 1, parts_max);
}

Result<std::vector<PartBounds>> plan_parts(mysql::Connection& source, const TableShape& table,
                                           unsigned connections, std::uint64_t chunk_rows) {
    const std::uint64_t count = part_count(table, connections, chunk_rows);
    if (count <= 1) return std::vector<PartBounds>{PartBounds{}};
    const std::string column = mysql::quote_identifier(table.key_column(0).name);
    PENSTOCK_ASSIGN(const mysql::ResultSet ends, source.query("SELECT MIN(" + column + "), MAX(" +
                                                              column + ")" + from_clause(table)));
    return split_range(ends.text(0, 0), ends.text(0, 1), count);
}

}  // namespace penstock::snapshot
