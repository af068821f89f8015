// The texts of two GTID sets with a NUL between them: each printed and read again, and the laws of
// sets.
#include "fuzz.h"
#include "penstock/gtid_set.h"

using namespace penstock;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = base::as_text(binlog::Bytes(data, size));
    const std::size_t middle = text.find('\0');
    static_cast<void>(Gtid::parse(text));
    const auto a = GtidSet::parse(text.substr(0, middle));
    if (!a) return 0;
    const auto again = GtidSet::parse(a->to_string());
    PENSTOCK_ASSERT(again && *again == *a && again->to_string() == a->to_string());
    if (middle == std::string_view::npos) return 0;
    const auto b = GtidSet::parse(text.substr(middle + 1));
    if (!b) return 0;

    GtidSet both = *a;
    both.unite(*b);
    PENSTOCK_ASSERT(both.contains(*a) && both.contains(*b));
    GtidSet only_a = both;
    only_a.subtract(*b);
    PENSTOCK_ASSERT(a->contains(only_a) && only_a.count() + b->count() == both.count());
    GtidSet all = only_a;
    all.unite(*b);
    PENSTOCK_ASSERT(all == both);
    return 0;
}
