#include "inspect/selection.h"

#include <fmt/format.h>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "binlog/format_description.h"
#include "binlog/gtid_event.h"
#include "binlog/mariadb_gtid_event.h"
#include "inspect/errors.h"
#include "inspect/transaction_bounds.h"

namespace penstock::inspect {
namespace {

using binlog::EventType;
using binlog::EventView;

template <class Set>
Result<AnyGtidSet> parsed(std::string_view text) {
    Result<Set> set = Set::parse(text);
    if (set) return AnyGtidSet(std::move(*set));
    return fail(ErrorKind::definite, error_range,
                fmt::format("\"{}\" is no GTID set: {}", text, set.error().text),
                "write it as the server does: "
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5 of MySQL, 0-1-7 of MariaDB");
}

}  // namespace

Result<std::int64_t> parse_time(std::string_view text) {
    // Digits stand for digits, a T for T or a space.
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
    std::string_view rest = text;
    if (rest.ends_with('Z')) rest.remove_suffix(1);
    bool fits = rest.size() == form.size();
    for (std::size_t i = 0; fits && i < form.size(); ++i) {
        fits = form[i] == 'd'   ? base::is_digit(rest[i])
               : form[i] == 'T' ? rest[i] == 'T' || rest[i] == ' '
                                : rest[i] == form[i];
    }
    const auto number = [&](std::size_t at, std::size_t digits) {
        int value = 0;
        std::from_chars(rest.data() + at, rest.data() + at + digits, value);
        return value;
    };
    if (fits) {
        using std::chrono::day;
        using std::chrono::month;
        using std::chrono::year;
        const std::chrono::year_month_day date{year(number(0, 4)),
                                               month(static_cast<unsigned>(number(5, 2))),
                                               day(static_cast<unsigned>(number(8, 2)))};
        const int hours = number(11, 2);
        const int minutes = number(14, 2);
        const int seconds = number(17, 2);
        if (date.ok() && hours < 24 && minutes < 60 && seconds < 60) {
            const auto days = std::chrono::sys_days(date).time_since_epoch();
            return std::chrono::seconds(days).count() + hours * 3600 + minutes * 60 + seconds;
        }
    }
    return fail(ErrorKind::definite, error_range, fmt::format("\"{}\" is no time", text),
                "write it in UTC, as in \"2026-11-22 17:00:00\"");
}

Result<AnyGtidSet> parse_gtids(std::string_view text) {
    if (base::trim(text).empty()) {
        return fail(ErrorKind::definite, error_range, "the GTID set is empty",
                    "leave the option out to have all transactions");
    }
    return text.find(':') == std::string_view::npos ? parsed<MariadbGtidSet>(text)
                                                    : parsed<GtidSet>(text);
}

void Selection::begin_file(bool first, bool last) {
    first_file_ = first;
    last_file_ = last;
    transaction_wanted_.reset();
}

bool Selection::by_transaction() const {
    return options_.start_time || options_.stop_time || options_.gtids || options_.excluded_gtids;
}

bool Selection::wants_time(std::uint32_t timestamp) const {
    return (!options_.start_time || timestamp >= *options_.start_time) &&
           (!options_.stop_time || timestamp < *options_.stop_time);
}

template <class Set, class Gtid>
bool Selection::wants_gtid(const Gtid& gtid) const {
    const auto has = [&](const AnyGtidSet& any) {
        const Set* const set = std::get_if<Set>(&any);
        return set != nullptr && set->contains(gtid);
    };
    if (options_.excluded_gtids && has(*options_.excluded_gtids)) return false;
    return !options_.gtids || has(*options_.gtids);
}

Result<bool> Selection::wants_transaction(const EventView& event) const {
    if (!wants_time(event.header.timestamp)) return false;
    if (!options_.gtids && !options_.excluded_gtids) return true;
    if (event.header.type == EventType::mariadb_gtid) {
        PENSTOCK_ASSIGN(const binlog::MariadbGtidEvent gtid, binlog::parse_mariadb_gtid(event));
        return wants_gtid<MariadbGtidSet>(gtid.gtid);
    }
    PENSTOCK_ASSIGN(const binlog::GtidEvent gtid, binlog::parse_gtid(event));
    return gtid.anonymous ? !options_.gtids : wants_gtid<GtidSet>(gtid.gtid);
}

Result<void> Selection::check_flavour(const EventView& event) const {
    if (!options_.gtids && !options_.excluded_gtids) return {};
    PENSTOCK_ASSIGN(const auto format, binlog::parse_format_description(event.whole));
    for (const auto* set : {&options_.gtids, &options_.excluded_gtids}) {
        if (!*set || std::holds_alternative<MariadbGtidSet>(**set) == format.is_mariadb) continue;
        return fail(ErrorKind::definite, error_range,
                    fmt::format("it is of {}, and the GTID set asked for is of {}",
                                format.server_version, format.is_mariadb ? "MySQL" : "MariaDB"),
                    format.is_mariadb ? "write it as in 0-1-7,5-2-10-20"
                                      : "write it as in 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5");
    }
    return {};
}

Result<Selection::Verdict> Selection::judge(const EventView& event) {
    const auto verdict = [](bool wanted) { return wanted ? Verdict::wanted : Verdict::unwanted; };
    if (last_file_ && options_.stop_position && event.offset >= *options_.stop_position) {
        return Verdict::past_the_end;
    }
    const bool before =
        first_file_ && options_.start_position && event.offset < *options_.start_position;
    if (!by_transaction()) return verdict(!before);
    const EventType type = event.header.type;
    if (type == EventType::format_description) PENSTOCK_TRY(check_flavour(event));
    if (is_outside_transactions(type)) {
        transaction_wanted_.reset();
        return Verdict::unwanted;
    }
    if (begins_transaction(type)) {
        PENSTOCK_ASSIGN(transaction_wanted_, wants_transaction(event));
    }
    if (before) return Verdict::unwanted;
    if (transaction_wanted_) return verdict(*transaction_wanted_);
    return verdict(!options_.gtids && wants_time(event.header.timestamp));
}

}  // namespace penstock::inspect
