//! Lists, as streams over all their pages.
//!
//! A page is asked for when the one before it is used up and not earlier, so whoever stops early
//! pays for what was read. After a failure a stream ends: [`Pages::cursor`] says where it was, and
//! the same list with that cursor goes on there.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;

use crate::{
    BoxFuture, DecodeError, Error, ResponseValue,
    builder::ListNbnOrders,
    types::{ErrorEnvelope, OrderList, OrderListEnvelope, OrderSummary},
};

impl<'a> ListNbnOrders<'a> {
    /// All pages of the list, from the first or from the cursor set, each as the service cut it.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{Client, Error};
    ///
    /// # async fn count(client: &Client) -> Result<(), Error> {
    /// let mut pages = client.list_nbn_orders().limit(100).pages();
    /// while let Some(page) = pages.next().await {
    ///     println!("{} orders", page?.orders.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self) -> Pages<'a> {
        Pages { next: Some(self), cursor: None, fetch: None }
    }

    /// All orders of the list, newest first, whatever the pages.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use octane_client::{Client, Error, types::OrderStatus};
    ///
    /// # async fn held(client: &Client) -> Result<(), Error> {
    /// let mut held = client.list_nbn_orders().status(OrderStatus::Held).items();
    /// while let Some(order) = held.next().await {
    ///     let order = order?;
    ///     println!("{} waits since {}", order.order_id, order.updated_at);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(self) -> Items<'a> {
        Items { pages: self.pages(), ready: VecDeque::new() }
    }
}

type Answer = Result<ResponseValue<OrderListEnvelope>, progenitor_client::Error<ErrorEnvelope>>;

/// The pages of a list, as a [`Stream`]; see [`ListNbnOrders::pages`] for an example.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<'a> {
    /// The call for the page after the one being fetched; none after the last.
    next: Option<ListNbnOrders<'a>>,
    cursor: Option<String>,
    fetch: Option<BoxFuture<'a, Answer>>,
}

impl Pages<'_> {
    /// The next page; none after the last one, or after a failure.
    ///
    /// # Errors
    ///
    /// As of `list_nbn_orders`, of which each page is a call.
    pub async fn next(&mut self) -> Option<Result<OrderList, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Where the page begins that comes next, or that failed: a value for
    /// [`ListNbnOrders::cursor`]. None before the second page.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

impl Stream for Pages<'_> {
    type Item = Result<OrderList, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.fetch.is_none() {
            let Some(call) = &self.next else { return Poll::Ready(None) };
            let call = call.clone();
            self.fetch = Some(Box::pin(call.send()));
        }
        let fetch = self.fetch.as_mut().expect("it was just put there");
        let answer = ready!(fetch.as_mut().poll(context));
        self.fetch = None;
        let next = self.next.take();
        Poll::Ready(Some(match answer {
            Ok(answer) => {
                let page = answer.into_inner().response;
                if page.next_cursor.is_some() && page.next_cursor == self.cursor {
                    let problem = "the next page is the page itself";
                    return Poll::Ready(Some(Err(Error::Undecodable {
                        reply: None,
                        source: DecodeError::contradiction(problem),
                    })));
                }
                self.cursor.clone_from(&page.next_cursor);
                self.next = next.zip(page.next_cursor.clone()).map(|(call, to)| call.cursor(to));
                Ok(page)
            }
            Err(error) => Err(error.into()),
        }))
    }
}

/// The orders of a list, as a [`Stream`]; see [`ListNbnOrders::items`] for an example.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<'a> {
    pages: Pages<'a>,
    ready: VecDeque<OrderSummary>,
}

impl Items<'_> {
    /// The next order; none after the last one, or after a failure.
    ///
    /// # Errors
    ///
    /// As of `list_nbn_orders`, of which each page is a call.
    pub async fn next(&mut self) -> Option<Result<OrderSummary, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Every order that is left.
    ///
    /// # Errors
    ///
    /// As of `list_nbn_orders`. The orders read before the failure are lost; where that matters,
    /// use [`Items::next`].
    pub async fn all(mut self) -> Result<Vec<OrderSummary>, Error> {
        let mut orders = Vec::new();
        while let Some(order) = self.next().await {
            orders.push(order?);
        }
        Ok(orders)
    }
}

impl Stream for Items<'_> {
    type Item = Result<OrderSummary, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(order) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(order)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                // A page may be empty and still not the last.
                Some(Ok(page)) => self.ready = page.orders.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
