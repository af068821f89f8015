#include "binlog/gtid_intervals.h"

namespace penstock::binlog {

namespace {

bool starts_before(const GtidInterval& a, const GtidInterval& b) {
    return a.start < b.start;
}

// The interval that `number` is in, or null.
const GtidInterval* interval_with(const GtidIntervals& intervals, std::int64_t number) {
    const auto behind =
        std::upper_bound(intervals.begin(), intervals.end(), number,
                         [](std::int64_t n, const GtidInterval& i) { return n < i.start; });
    if (behind == intervals.begin()) return nullptr;
    const GtidInterval& candidate = *std::prev(behind);
    return number < candidate.end ? &candidate : nullptr;
}

}  // namespace

void add_interval(GtidIntervals& intervals, GtidInterval added) {
    if (intervals.empty() || intervals.back().end < added.start) {
        intervals.push_back(added);
        return;
    }
    if (intervals.back().start <= added.start) {
        intervals.back().end = std::max(intervals.back().end, added.end);
        return;
    }
    // The first one that touches or lies behind, and the first one that lies behind.
    const auto from =
        std::lower_bound(intervals.begin(), intervals.end(), added.start,
                         [](const GtidInterval& i, std::int64_t n) { return i.end < n; });
    const auto to =
        std::upper_bound(from, intervals.end(), added.end,
                         [](std::int64_t n, const GtidInterval& i) { return n < i.start; });
    if (from == to) {
        intervals.insert(from, added);
        return;
    }
    from->start = std::min(from->start, added.start);
    from->end = std::max(std::prev(to)->end, added.end);
    intervals.erase(std::next(from), to);
}

void normalise(GtidIntervals& intervals) {
    if (!std::is_sorted(intervals.begin(), intervals.end(), starts_before)) {
        std::sort(intervals.begin(), intervals.end(), starts_before);
    }
    GtidIntervals out;
    out.reserve(intervals.size());
    for (const GtidInterval& interval : intervals) add_interval(out, interval);
    intervals = std::move(out);
}

GtidIntervals union_of(const GtidIntervals& a, const GtidIntervals& b) {
    GtidIntervals sorted;
    sorted.reserve(a.size() + b.size());
    std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted), starts_before);
    normalise(sorted);
    return sorted;
}

GtidIntervals difference_of(const GtidIntervals& from, const GtidIntervals& removed) {
    GtidIntervals left;
    auto cut = removed.begin();
    for (GtidInterval interval : from) {
        while (cut != removed.end() && cut->end <= interval.start) ++cut;
        for (auto c = cut; c != removed.end() && c->start < interval.end; ++c) {
            if (interval.start < c->start) left.push_back({interval.start, c->start});
            interval.start = std::min(c->end, interval.end);
        }
        if (interval.start < interval.end) left.push_back(interval);
    }
    return left;
}

bool contains(const GtidIntervals& intervals, std::int64_t number) {
    return interval_with(intervals, number) != nullptr;
}

bool contains(const GtidIntervals& intervals, const GtidIntervals& others) {
    return std::all_of(others.begin(), others.end(), [&](const GtidInterval& other) {
        const GtidInterval* in = interval_with(intervals, other.start);
        return in != nullptr && other.end <= in->end;
    });
}

std::uint64_t count_of(const GtidIntervals& intervals) {
    std::uint64_t count = 0;
    for (const GtidInterval& interval : intervals) {
        count += static_cast<std::uint64_t>(interval.end - interval.start);
    }
    return count;
}

}  // namespace penstock::binlog
