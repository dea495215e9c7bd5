import { openEventPage } from './event-page.js';
import { noticeFailure } from './notice.js';
import { openStartPage } from './start-page.js';

/** The event that the address names (`?event=demo`), or all there are. */
const eventId = new URLSearchParams(location.search).get('event');

if (eventId === null) openStartPage().catch((error: unknown) => noticeFailure('The events cannot be shown.', error));
else openEventPage(eventId).catch((error: unknown) => noticeFailure('This event cannot be shown.', error));
