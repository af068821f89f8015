#include "apply/merger.h"

#include <utility>

#include "apply/limits.h"
#include "apply/merge_rules.h"
#include "base/log.h"

namespace penstock::apply {
namespace {

using binlog::rows_no_foreign_key_checks_flag;
using binlog::rows_relaxed_unique_checks_flag;

}  // namespace

Result<void> Merger::add(const std::shared_ptr<const StreamTable>& table,
                         const binlog::RowsEvent& rows, std::uint16_t flags) {
    PENSTOCK_ASSIGN(const Known* found, known(table));
    if (found->is_tied && !foreign_keys_act_ && (flags & rows_no_foreign_key_checks_flag) == 0) {
        PENSTOCK_TRY(flush());
        forget_tables();
        foreign_keys_act_ = true;
        PENSTOCK_ASSIGN(found, known(table));
    }
    binlog::RowsEvent event = rows;
    event.flags = statement_flags(*found, flags);
    return coalescer_.add(found->handle, event);
}

std::uint16_t Merger::statement_flags(const Known& table, std::uint16_t flags) const {
    auto own = static_cast<std::uint16_t>(flags & ~rows_relaxed_unique_checks_flag);
    if (table.is_tied) return own;
    own = static_cast<std::uint16_t>(own & ~rows_no_foreign_key_checks_flag);
    return foreign_keys_act_ ? own
                             : static_cast<std::uint16_t>(own | rows_no_foreign_key_checks_flag);
}

Result<const Merger::Known*> Merger::known(const std::shared_ptr<const StreamTable>& table) {
    const auto found = known_.find(table.get());
    if (found != known_.end()) return &found->second;
    if (known_.size() >= layouts_max) {
        PENSTOCK_TRY(flush());
        forget_tables();
    }
    const std::string schema(table->map.schema);
    const std::string name(table->map.table);
    PENSTOCK_ASSIGN(const DestinationTable destination, read_(schema, name));
    PENSTOCK_ASSIGN(MergeRules made, make_merge_rules(*table, destination));
    if (!made.obstacle.empty() && told_.insert(schema + "." + name).second) {
        base::log_info("apply", "rows of {}.{} are not merged, they keep their order: {}", schema,
                       name, made.obstacle);
    }
    const bool is_tied = destination.foreign_key_family != 0;
    made.rules.has_logged_cascades = is_tied;
    if (foreign_keys_act_) made.rules.foreign_key_family = destination.foreign_key_family;
    PENSTOCK_ASSIGN(const coalesce::TableHandle handle,
                    coalescer_.add_table(schema, name, table->layout, made.rules));
    by_handle_.push_back(table.get());
    return &known_.emplace(table.get(), Known{table, handle, is_tied}).first->second;
}

Result<void> Merger::flush() {
    if (coalescer_.empty()) return {};
    const coalesce::Plan plan = coalescer_.finish();
    for (const coalesce::Step& step : plan.steps) {
        for (const coalesce::Run& run : step.runs) PENSTOCK_TRY(pack(run));
    }
    coalescer_.clear();
    return {};
}

Result<void> Merger::pack(const coalesce::Run& run) {
    const binlog::TableMap& map = by_handle_[run.table.index]->map;
    // Updates that follow each other may be of one row, A to B and B to C. Where the table has no
    // key, the server looks for all of an event's before-images at once, and B is not there.
    const bool one_by_one = run.keeps_order && has_before_image(run.kind);
    PackedRows packed{.kind = run.kind,
                      .columns_before = run.columns_before,
                      .columns_after = run.columns_after,
                      .images = {},
                      .count = 0,
                      .flags = run.flags};
    const auto add = [&]() -> Result<void> {
        if (packed.count == 0) return {};
        packed.images = base::as_bytes(images_);
        PENSTOCK_TRY(unit_.add(map, packed));
        packed.count = 0;
        images_.clear();
        return {};
    };
    images_.clear();
    for (const coalesce::Row& row : run.rows) {
        images_ += base::as_text(row.before);
        images_ += base::as_text(row.after);
        ++packed.count;
        const bool is_enough = images_.size() >= binlog::statement_event_bytes_default;
        if (one_by_one || is_enough) PENSTOCK_TRY(add());
    }
    return add();
}

void Merger::forget_tables() {
    coalescer_.forget_tables();
    known_.clear();
    by_handle_.clear();
}

}  // namespace penstock::apply
