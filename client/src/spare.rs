//! A request, kept to be sent again.
//!
//! Nearly every spare is thrown away, since nearly every first attempt succeeds. So it keeps the few
//! headers as a list: to copy a header map takes longer than all the rest.

use bytes::Bytes;
use reqwest::{
    Method, Request, Url,
    header::{CONTENT_TYPE, HeaderName, HeaderValue},
};

/// What a request needs to be made again.
pub(crate) struct Spare {
    method: Method,
    url: Url,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Bytes>,
}

impl Spare {
    /// A copy of a request; none if its body is a stream, which can be read only once.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let body = match request.body() {
            Some(body) => Some(Bytes::copy_from_slice(body.as_bytes()?)),
            None => None,
        };
        let headers = request.headers().iter();
        Some(Self {
            method: request.method().clone(),
            url: request.url().clone(),
            headers: headers.map(|(name, value)| (name.clone(), value.clone())).collect(),
            body,
        })
    }

    /// The request once more.
    pub(crate) fn request(&self) -> Request {
        let mut request = Request::new(self.method.clone(), self.url.clone());
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }

    /// Where the request goes.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The body.
    pub(crate) fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// A request that reads something below this request's URL, by the same caller.
    pub(crate) fn read_below(&self, segment: &str) -> Option<Request> {
        let mut url = self.url.clone();
        url.path_segments_mut().ok()?.push(segment);
        let mut request = Request::new(Method::GET, url);
        for (name, value) in &self.headers {
            if *name != CONTENT_TYPE {
                request.headers_mut().append(name, value.clone());
            }
        }
        Some(request)
    }
}
