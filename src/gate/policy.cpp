#include "gate/policy.h"

namespace penstock::gate {

std::string_view to_string(FencePolicy policy) {
    switch (policy) {
        case FencePolicy::events:
            return "events";
        case FencePolicy::scheduler:
            return "scheduler";
        case FencePolicy::none:
            return "none";
    }
    return "?";
}

std::string_view to_string(ExpiredPolicy policy) {
    switch (policy) {
        case ExpiredPolicy::skip:
            return "skip";
        case ExpiredPolicy::disabled:
            return "disabled";
        case ExpiredPolicy::run_once:
            return "run_once";
    }
    return "?";
}

std::optional<FencePolicy> fence_policy(std::string_view text) {
    for (const auto policy : {FencePolicy::events, FencePolicy::scheduler, FencePolicy::none}) {
        if (to_string(policy) == text) return policy;
    }
    return std::nullopt;
}

std::optional<ExpiredPolicy> expired_policy(std::string_view text) {
    for (const auto policy :
         {ExpiredPolicy::skip, ExpiredPolicy::disabled, ExpiredPolicy::run_once}) {
        if (to_string(policy) == text) return policy;
    }
    return std::nullopt;
}

}  // namespace penstock::gate
