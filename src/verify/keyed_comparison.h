// KeyedComparison: compares one part of a table with a key. One thread, that of the connections.
//
// The source is walked in chunks; both servers digest each key range. The last range is open, so
// that rows behind the source's last one are seen. In a range that differs, keys and digests of all
// rows are read from both sides; rows that differ are then looked at one by one, which also settles
// rows that only seemed to differ because they changed meanwhile, and keys that the collation takes
// for equal although their bytes differ.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penstock/result.h"
#include "verify/compare.h"
#include "verify/part_report.h"
#include "verify/sides.h"

namespace penstock::verify {

class KeyedComparison {
public:
    KeyedComparison(Sides& sides, const TablePair& tables, const snapshot::PartBounds& bounds,
                    const CompareOptions& options, CompareProgress& progress);

    [[nodiscard]] Result<PartReport> run(const std::stop_token& stop);

private:
    // Rows behind `from` up to and including `to`; empty is open.
    struct Range {
        snapshot::KeyLiterals from;
        snapshot::KeyLiterals to;
    };
    enum class Holder : std::uint8_t { source, destination };
    struct Mismatch {
        snapshot::KeyLiterals key;
        Holder seen_on = Holder::source;
    };

    [[nodiscard]] Result<void> walk(const Range& whole, Holder driver, const std::stop_token& stop);
    // The key at the end of the next chunk; empty: fewer rows than a chunk are left.
    [[nodiscard]] Result<snapshot::KeyLiterals> chunk_end(const Range& rest, Holder driver);
    [[nodiscard]] Result<void> compare(const Range& range, Holder driver,
                                       const std::stop_token& stop);
    [[nodiscard]] Result<void> narrow(const Range& range, const std::stop_token& stop);
    [[nodiscard]] Result<std::vector<Mismatch>> find_mismatches(const Range& range);
    [[nodiscard]] Result<std::vector<Mismatch>> still_different(std::vector<Mismatch> mismatches);
    // nullopt: the row is equal on both sides, or was told of by its other spelling.
    [[nodiscard]] Result<std::optional<Difference>> inspect(const Mismatch& mismatch);
    [[nodiscard]] Result<void> report(const std::vector<Mismatch>& mismatches);
    [[nodiscard]] std::string where(const snapshot::TableShape& table, const Range& range) const;
    [[nodiscard]] snapshot::KeyLiterals literals(const mysql::Row& row) const;

    Sides& sides_;
    const TablePair& tables_;
    const snapshot::PartBounds& bounds_;
    const CompareOptions& options_;
    CompareProgress& progress_;
    PartReport report_;
};

}  // namespace penstock::verify
