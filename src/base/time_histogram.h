// TimeHistogram: how often something took how long, in microseconds, for quantiles. A bucket is at
// most a sixteenth of its times wide; times beyond 2^40 us count as that. Any thread adds and
// reads; a reading may miss what is being added.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace penstock::base {

class TimeHistogram {
    static constexpr std::uint64_t steps = 16;  // buckets to a doubling
    static constexpr unsigned step_bits = 4;
    static constexpr unsigned time_bits_max = 40;

public:
    static constexpr std::size_t bucket_count = (time_bits_max - step_bits + 1) * steps;
    // A value: how often each bucket was met.
    using Counts = std::array<std::uint64_t, bucket_count>;

    void add(std::chrono::microseconds time) {
        const auto us = static_cast<std::uint64_t>(std::max(time, time.zero()).count());
        buckets_[bucket_of(us)].fetch_add(1, std::memory_order_relaxed);
    }

    [[nodiscard]] Counts counts() const {
        Counts counts;
        std::transform(buckets_.begin(), buckets_.end(), counts.begin(),
                       [](const auto& bucket) { return bucket.load(std::memory_order_relaxed); });
        return counts;
    }

    // The time that `share` (0 to 1) of them did not exceed, as its bucket's upper end: at most a
    // sixteenth too long. nullopt: there are none.
    [[nodiscard]] static std::optional<std::chrono::microseconds> quantile(const Counts& counts,
                                                                           double share) {
        std::uint64_t all = 0;
        for (const std::uint64_t count : counts) all += count;
        if (all == 0) return std::nullopt;
        const double exact = std::ceil(share * static_cast<double>(all));
        const auto wanted = std::clamp(static_cast<std::uint64_t>(exact), std::uint64_t{1}, all);
        std::uint64_t seen = 0;
        std::size_t bucket = 0;
        while ((seen += counts[bucket]) < wanted) ++bucket;
        return std::chrono::microseconds(upper_end(bucket));
    }

private:
    static std::size_t bucket_of(std::uint64_t us) {
        us = std::min(us, (std::uint64_t{1} << time_bits_max) - 1);
        if (us < steps) return us;
        const auto shift = static_cast<unsigned>(std::bit_width(us)) - step_bits - 1;
        return shift * steps + (us >> shift);
    }
    static std::uint64_t upper_end(std::size_t bucket) {
        if (bucket < 2 * steps) return bucket;
        const std::uint64_t shift = bucket / steps - 1;
        return ((bucket % steps + steps + 1) << shift) - 1;
    }

    std::array<std::atomic<std::uint64_t>, bucket_count> buckets_{};
};

}  // namespace penstock::base
