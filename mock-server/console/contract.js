// The few words of the order endpoints that the control plane does not tell. A test holds them against
// the contract.

/** Why an order may be withdrawn: `WithdrawalReason`. */
export const WITHDRAWAL_REASONS = [
  "CustomerChangedMind",
  "DuplicateOrder",
  "WrongAddress",
  "ExcessiveDelay",
  "PremisesNotReady",
  "CustomerMoving",
  "LandlordDeclined",
  "CostDeclined",
  "Other",
];

/** What a technician does on an ordinary visit: the first `DemandType`. */
export const DEMAND_TYPE = "Standard Install";

/** A carrier service name, which an activation has to give. */
export const CARRIER_SERVICE = "nbn-tc4";
