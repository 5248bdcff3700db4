//! What one provider sees of another, and does to it.

use serde_json::json;

use super::Class::Leaks;
use super::proxy::{Answer, Asked, Spoil, requests};
use super::{Defect, proxied};
use crate::caller::Provider;
use crate::model::facts;

/// Where the caller is refused like this, the other provider's credentials are tried.
fn by_the_other(wanted: fn(&Asked, &Answer) -> bool) -> Spoil {
    requests(move |asked, server| async move {
        let answer = server.answer(asked.clone()).await?;
        match asked.provider() {
            Some(provider) if wanted(&asked, &answer) => {
                let other = server.answer(asked.by(provider.other())).await?;
                Ok(if other.status < 300 { other } else { answer })
            }
            _ => Ok(answer),
        }
    })
}

/// Whether the order is the other provider's.
async fn is_the_others(asked: &Asked, server: &super::proxy::Server) -> reqwest::Result<bool> {
    let Some(provider) = asked.provider() else { return Ok(false) };
    let path = asked.path().trim_end_matches("/cancel").to_owned();
    let read = server.read(&asked.clone().by(provider.other()), &path).await?;
    Ok(read.status == 200)
}

pub(super) fn all() -> Vec<Defect> {
    vec![
        proxied(Leaks, "reads-anothers-order", "another provider's order is shown", || {
            by_the_other(|asked, answer| asked.reads_order() && answer.status == 404)
        }),
        proxied(Leaks, "withdraws-anothers-order", "another provider's order is withdrawn", || {
            by_the_other(|asked, answer| asked.withdraws() && answer.status == 404)
        }),
        proxied(
            Leaks,
            "books-for-another",
            "an appointment is booked for another provider's order",
            || by_the_other(|asked, answer| asked.books() && answer.status == 404),
        ),
        proxied(
            Leaks,
            "orders-with-anothers-qualification",
            "another provider's qualification is ordered with",
            || by_the_other(|asked, answer| asked.creates() && answer.error_code() == Some(2002)),
        ),
        proxied(
            Leaks,
            "changes-anothers-service",
            "another provider's customer loses the service",
            || {
                by_the_other(|asked, answer| {
                    asked.creates()
                        && asked.json()["orderType"] != "New"
                        && answer.error_code() == Some(3003)
                })
            },
        ),
        proxied(
            Leaks,
            "lists-anothers-customer",
            "the list of another provider's customer is not empty",
            || {
                requests(|asked, server| async move {
                    let customer = asked.parameter("custNo").and_then(|it| it.parse::<i64>().ok());
                    let of = |provider| {
                        customer.is_some_and(|it| facts::customers(provider).contains(&it))
                    };
                    match Provider::ALL.into_iter().find(|provider| of(*provider)) {
                        Some(owner) if asked.lists() && asked.provider().is_some() => {
                            server.answer(asked.by(owner)).await
                        }
                        _ => server.answer(asked).await,
                    }
                })
            },
        ),
        proxied(
            Leaks,
            "forbidden-for-not-found",
            "another provider's order is refused as forbidden",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    if (asked.withdraws() || asked.reads_order())
                        && answer.status == 404
                        && is_the_others(&asked, &server).await?
                    {
                        answer.status = 403;
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(
            Leaks,
            "tells-whose-it-is",
            "the refusal of another provider's order says that it is there",
            || {
                requests(|asked, server| async move {
                    let mut answer = server.answer(asked.clone()).await?;
                    if asked.reads_order()
                        && answer.status == 404
                        && is_the_others(&asked, &server).await?
                    {
                        answer.edit(|body| {
                            body["errorMessage"] = json!("The order is another provider's.");
                        });
                    }
                    Ok(answer)
                })
            },
        ),
        proxied(
            Leaks,
            "names-anothers-order",
            "a create with another provider's ids names that provider's order",
            || {
                requests(|asked, server| async move {
                    let answer = server.answer(asked.clone()).await?;
                    match asked.provider() {
                        Some(provider) if asked.creates() && answer.error_code() == Some(2002) => {
                            let other = server.answer(asked.by(provider.other())).await?;
                            Ok(if other.error_code() == Some(3002) { other } else { answer })
                        }
                        _ => Ok(answer),
                    }
                })
            },
        ),
        proxied(Leaks, "anothers-cursor", "another provider's cursor is followed", || {
            requests(|asked, server| async move {
                let answer = server.answer(asked.clone()).await?;
                match asked.provider() {
                    Some(provider)
                        if asked.parameter("cursor").is_some() && answer.status == 400 =>
                    {
                        let other = server.answer(asked.by(provider.other())).await?;
                        Ok(if other.status == 200 { other } else { answer })
                    }
                    _ => Ok(answer),
                }
            })
        }),
    ]
}
