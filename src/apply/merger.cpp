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
    PENSTOCK_ASSIGN(Known * found, known(table));
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

Result<Merger::Known*> Merger::known(const std::shared_ptr<const StreamTable>& table) {
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
    Known& added = known_[table.get()];
    added = {.table = table, .handle = handle, .is_tied = is_tied, .order = {}};
    if (!made.rules.row_key.empty()) {
        added.order.emplace(table->layout, made.rules.row_key, made.is_unsigned);
    }
    by_handle_.push_back(&added);
    return &added;
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
    Known& table = *by_handle_[run.table.index];
    const binlog::RowLayout& layout = table.table->layout;
    const bool is_whole =
        layout.all_set(has_before_image(run.kind) ? run.columns_before : run.columns_after);
    if (run.keeps_order || !table.order || !is_whole) {
        for (const coalesce::Row& row : run.rows) {
            // Updates that follow each other may be of one row, A to B and B to C. Where the table
            // has no key, the server looks for all of an event's before-images at once, and B is
            // not there.
            PENSTOCK_TRY(pack(run, row, run.keeps_order && has_before_image(run.kind)));
        }
    } else {
        for (const std::uint32_t place : table.order->sorted(run.rows)) {
            PENSTOCK_TRY(pack(run, run.rows[place], false));
        }
    }
    return pack_rest(run);
}

Result<void> Merger::pack(const coalesce::Run& run, const coalesce::Row& row, bool is_alone) {
    images_ += base::as_text(row.before);
    images_ += base::as_text(row.after);
    ++images_rows_;
    const bool is_enough = images_.size() >= binlog::statement_event_bytes_default;
    return is_alone || is_enough ? pack_rest(run) : Result<void>{};
}

Result<void> Merger::pack_rest(const coalesce::Run& run) {
    if (images_rows_ == 0) return {};
    PENSTOCK_TRY(unit_.add(by_handle_[run.table.index]->table->map,
                           {run.kind, run.columns_before, run.columns_after,
                            base::as_bytes(images_), images_rows_, run.flags}));
    images_.clear();
    images_rows_ = 0;
    return {};
}

void Merger::forget_tables() {
    coalescer_.forget_tables();
    known_.clear();
    by_handle_.clear();
}

}  // namespace penstock::apply
