//! May this order be made? The rules of the operation `createNbnOrder`, in the order of its refusals.

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use octane_client::types::ErrorCode;

use super::OrderId;
use super::event::{NewOrder, OrderKind, QualificationIds};
use super::qualification::Qualification;
use super::refusal::Refusal;

/// What an order is to be about: the part all three kinds share.
#[derive(Debug, Clone, PartialEq)]
pub struct Requested {
    /// The `subOrderType`, as sent.
    pub sub_order_type: String,
    /// Whose service.
    pub customer_number: i64,
    /// Name of the carrier service.
    pub carrier_service_name: String,
    /// Number of the plan.
    pub plan_number: Option<i64>,
    /// When the customer would like it done, as sent.
    pub requested_date: Option<DateTime<FixedOffset>>,
}

/// What an activation asks for beyond that.
#[derive(Debug, Clone, PartialEq)]
pub struct Activation {
    /// The ids carried over from a qualification.
    pub ids: QualificationIds,
    /// The service class the provider believes the location to have.
    pub service_class: String,
    /// The device to use.
    pub infrastructure_id: Option<String>,
}

/// Who orders, and under which number the order would be kept.
#[derive(Debug, Clone, Copy)]
pub struct Orderer<'a> {
    /// User name of the provider.
    pub provider: &'a str,
    /// The order's number, should it be made.
    pub order_id: OrderId,
    /// Whether the customer named is one of the provider's.
    pub has_customer: bool,
}

/// What is known of the location of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationView {
    /// Its id.
    pub id: String,
    /// Its service class.
    pub service_class: String,
    /// Whether that class can be ordered.
    pub is_orderable: bool,
    /// Whether a technician must visit.
    pub visit_required: bool,
    /// Where the technician's timeslots are taken from.
    pub service_area: String,
    /// Its time zone.
    pub time_zone: Tz,
    /// Ids of the devices there.
    pub infrastructures: Vec<String>,
}

/// What an activation touches.
#[derive(Debug, Clone, Copy)]
pub struct ActivationView<'a> {
    /// The provider's order with the same `remoteOrderId`.
    pub duplicate: Option<OrderId>,
    /// The provider's qualification with this `qualificationSearchId`, and its location.
    pub qualified: Option<(&'a Qualification, &'a LocationView)>,
}

/// Judges an activation.
///
/// # Errors
/// The refusals of `createNbnOrder` that concern activations.
pub fn activation(
    orderer: Orderer<'_>,
    view: ActivationView<'_>,
    requested: Requested,
    activation: Activation,
    now: DateTime<Utc>,
) -> Result<NewOrder, Refusal> {
    if let Some(existing) = view.duplicate {
        return Err(Refusal::new(
            ErrorCode::DuplicateRemoteOrder,
            format!("Order {existing} was made with this `remoteOrderId`."),
        )
        .naming_order(existing));
    }
    let Some((qualification, location)) = view.qualified else {
        let id = activation.ids.qualification_search_id;
        return refuse(
            ErrorCode::QualificationNotFound,
            format!("There is no qualification {id}."),
        );
    };
    if qualification.ids != activation.ids {
        return refuse(
            ErrorCode::QualificationMismatch,
            "The three ids do not come from one qualification.",
        );
    }
    if qualification.is_expired(now) {
        return refuse(ErrorCode::QualificationExpired, "The qualification is older than 30 days.");
    }
    if !location.is_orderable {
        let class = &location.service_class;
        return refuse(
            ErrorCode::ServiceClassNotOrderable,
            format!("Service class {class} of location {} cannot be ordered.", location.id),
        );
    }
    if location.service_class != activation.service_class {
        let class = &location.service_class;
        return refuse(
            ErrorCode::ServiceClassMismatch,
            format!("The location was qualified with service class {class}."),
        );
    }
    if let Some(id) = &activation.infrastructure_id
        && !location.infrastructures.contains(id)
    {
        return refuse(
            ErrorCode::InfrastructureMismatch,
            format!("Location {} has no device {id}.", location.id),
        );
    }
    check_customer(orderer, &requested)?;
    Ok(NewOrder {
        kind: OrderKind::Activation,
        infrastructure_id: activation.infrastructure_id,
        qualification: Some(activation.ids),
        ..new_order(orderer, requested, location, location.visit_required)
    })
}

/// What a modification or disconnection touches.
#[derive(Debug, Clone, Copy)]
pub struct ServiceView<'a> {
    /// Where the customer's service is active, if it is.
    pub active_at: Option<&'a LocationView>,
    /// Another modification or disconnection of it that is open.
    pub open_order: Option<OrderId>,
}

/// Judges a modification or disconnection.
///
/// # Errors
/// `CustomerNotFound`, `NoActiveService` or `ServiceHasOpenOrder`.
pub fn service_order(
    orderer: Orderer<'_>,
    view: ServiceView<'_>,
    kind: OrderKind,
    requested: Requested,
) -> Result<NewOrder, Refusal> {
    check_customer(orderer, &requested)?;
    let Some(location) = view.active_at else {
        let customer = requested.customer_number;
        return refuse(
            ErrorCode::NoActiveService,
            format!("Customer {customer} has no active service."),
        );
    };
    if let Some(open) = view.open_order {
        return Err(Refusal::new(
            ErrorCode::ServiceHasOpenOrder,
            format!("Order {open} of this service is open."),
        )
        .naming_order(open));
    }
    // The device is in place: nobody has to visit for a change or an end of the service.
    Ok(NewOrder { kind, ..new_order(orderer, requested, location, false) })
}

fn check_customer(orderer: Orderer<'_>, requested: &Requested) -> Result<(), Refusal> {
    if orderer.has_customer {
        return Ok(());
    }
    let customer = requested.customer_number;
    refuse(ErrorCode::CustomerNotFound, format!("There is no customer {customer}."))
}

fn new_order(
    orderer: Orderer<'_>,
    requested: Requested,
    location: &LocationView,
    visit_required: bool,
) -> NewOrder {
    NewOrder {
        order_id: orderer.order_id,
        provider: orderer.provider.to_owned(),
        kind: OrderKind::Activation,
        sub_order_type: requested.sub_order_type,
        location_id: location.id.clone(),
        service_class: location.service_class.clone(),
        visit_required,
        service_area: location.service_area.clone(),
        time_zone: location.time_zone,
        customer_number: requested.customer_number,
        carrier_service_name: requested.carrier_service_name,
        plan_number: requested.plan_number,
        infrastructure_id: None,
        requested_date: requested.requested_date,
        qualification: None,
    }
}

fn refuse<T>(error: ErrorCode, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(error, message))
}
