//! Pages as the conditions see them: cut to size, and told apart.

use std::borrow::Cow;

use snaplife_sim::fault::PageAsked;

use crate::ports::Request;

/// The request with a page no larger than `page_size`; as it is where nothing needs cutting.
pub(super) fn cut(request: &Request, page_size: Option<u16>) -> Cow<'_, Request> {
    let Some(size) = page_size else {
        return Cow::Borrowed(request);
    };
    let mut cut = request.clone();
    let page = match &mut cut {
        Request::DescribeInstances(listing) => &mut listing.page,
        Request::DescribeVolumes(listing) if listing.ids.is_empty() => &mut listing.page,
        Request::DescribeSnapshots(listing) => &mut listing.page,
        Request::DescribeImages(listing) => &mut listing.page,
        Request::DescribeLockedSnapshots(listing) if listing.snapshots.is_empty() => {
            &mut listing.page
        }
        Request::Query(query) => {
            let limit = query.limit.unwrap_or(u32::MAX).min(u32::from(size));
            query.limit = Some(limit);
            return Cow::Owned(cut);
        }
        _ => return Cow::Borrowed(request),
    };
    page.max_results = Some(page.max_results.unwrap_or(u16::MAX).min(size));
    Cow::Owned(cut)
}

/// Whether a request goes on with a listing.
pub(super) fn page_asked(request: &Request) -> PageAsked {
    let has_token = match request {
        Request::DescribeInstances(listing) => listing.page.token.is_some(),
        Request::DescribeVolumes(listing) => listing.page.token.is_some(),
        Request::DescribeSnapshots(listing) => listing.page.token.is_some(),
        Request::DescribeImages(listing) => listing.page.token.is_some(),
        Request::DescribeLockedSnapshots(listing) => listing.page.token.is_some(),
        Request::Query(query) => query.start.is_some(),
        _ => false,
    };
    if has_token {
        PageAsked::Next
    } else {
        PageAsked::First
    }
}
