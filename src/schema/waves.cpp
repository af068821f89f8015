#include "schema/waves.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "schema/errors.h"
#include "schema/wave_runner.h"

namespace penstock::schema {

namespace {

// Errors that end a wave at once: they are not about the object.
bool ends_wave(const Error& error) {
    return error.kind == ErrorKind::transient || error.kind == ErrorKind::cancelled;
}

// Server errors that a view gives which reads what does not exist, mysqld_error.h, tag mysql-9.4.0.
bool refers_to_nothing(unsigned number) {
    constexpr std::array<unsigned, 6> numbers = {
        1049,  // ER_BAD_DB_ERROR
        1054,  // ER_BAD_FIELD_ERROR
        1142,  // ER_TABLEACCESS_DENIED_ERROR: so said of tables that do not exist to the
               // unprivileged
        1146,  // ER_NO_SUCH_TABLE
        1305,  // ER_SP_DOES_NOT_EXIST
        1356,  // ER_VIEW_INVALID
    };
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// Objects in their order, each tried; the first error of an object is kept.
class SecondWave {
public:
    explicit SecondWave(WaveRunner& runner) : runner_(&runner) {}

    Result<void> run() {
        std::vector<const LedgerObject*> views;
        std::vector<const LedgerObject*> triggers;
        for (const LedgerObject& object : runner_->objects()) {
            if (WaveRunner::settled(object)) continue;
            if (object.kind == ObjectKind::view) {
                views.push_back(&object);
            } else if (object.kind == ObjectKind::trigger) {
                triggers.push_back(&object);
            } else {
                PENSTOCK_TRY(attempt(object));
            }
        }
        PENSTOCK_TRY(create_views(std::move(views)));
        for (const LedgerObject* trigger : triggers) PENSTOCK_TRY(attempt(*trigger));
        if (first_) return tl::unexpected<Error>(std::move(*first_));
        return {};
    }

private:
    // Fails only where the wave must end.
    Result<void> attempt(const LedgerObject& object) {
        const Result<void> ensured = runner_->ensure(object);
        return ensured ? Result<void>() : keep(object, ensured.error());
    }

    Result<void> keep(const LedgerObject& object, const Error& error) {
        if (ends_wave(error)) return tl::unexpected<Error>(error);
        PENSTOCK_TRY(runner_->record_failure(object, error));
        if (!first_) first_ = error;
        return {};
    }

    // Views may read views: those that fail are tried again as long as others succeed.
    Result<void> create_views(std::vector<const LedgerObject*> pending) {
        struct Failure {
            const LedgerObject* view;
            Error error;
            unsigned number;
        };
        std::vector<Failure> failures;
        while (!pending.empty()) {
            failures.clear();
            for (const LedgerObject* view : pending) {
                const Result<void> ensured = runner_->ensure(*view);
                if (ensured) continue;
                if (ends_wave(ensured.error())) return ensured;
                const bool refused = ensured.error().code == error_not_created;
                failures.push_back({view, ensured.error(), refused ? runner_->failed_number() : 0});
            }
            if (failures.size() == pending.size()) break;
            pending.clear();
            for (const Failure& failure : failures) pending.push_back(failure.view);
        }
        // Where something else failed, what a view lacks may be just that.
        const bool all_refer_to_nothing =
            !first_ && std::all_of(failures.begin(), failures.end(), [](const Failure& failure) {
                return refers_to_nothing(failure.number);
            });
        for (const Failure& failure : failures) {
            if (all_refer_to_nothing) {
                PENSTOCK_TRY(runner_->record_warning(*failure.view, failure.error));
            } else {
                PENSTOCK_TRY(keep(*failure.view, failure.error));
            }
        }
        return {};
    }

    WaveRunner* runner_;
    std::optional<Error> first_;
};

}  // namespace

Result<void> create_databases_and_tables(mysql::Connection& destination, const ObjectLedger& ledger,
                                         const WaveOptions& options) {
    PENSTOCK_ASSIGN(WaveRunner runner, WaveRunner::start(destination, ledger, options, 1));
    for (const LedgerObject& object : runner.objects()) {
        if (WaveRunner::settled(object)) continue;
        Result<void> ensured = runner.ensure(object);
        if (ensured) continue;
        if (!ends_wave(ensured.error())) {
            PENSTOCK_TRY(runner.record_failure(object, ensured.error()));
        }
        return ensured;
    }
    return runner.finish();
}

Result<void> create_keys_and_code(mysql::Connection& destination, const ObjectLedger& ledger,
                                  const WaveOptions& options) {
    PENSTOCK_ASSIGN(WaveRunner runner, WaveRunner::start(destination, ledger, options, 2));
    PENSTOCK_TRY(runner.restore_database_collations());
    PENSTOCK_TRY(SecondWave(runner).run());
    return runner.finish();
}

}  // namespace penstock::schema
