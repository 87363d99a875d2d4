BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE alerts (
	rule VARCHAR(100) NOT NULL, 
	region VARCHAR(20) NOT NULL, 
	body JSON NOT NULL, 
	PRIMARY KEY (rule, region)
);
INSERT INTO "alerts" VALUES('cold-after-grid-attack','UA-63','{"rule": "cold-after-grid-attack", "region": "UA-63", "state": "firing", "since": "2026-01-12T06:03:00Z", "last_held": "2026-01-12T06:03:00Z", "last_told": "2026-01-12T06:03:00Z", "repeats": 0, "severity": 4, "facts": {"region": "UA-63", "certainty": "likely", "spell": {"region": "UA-63", "threshold": -15.0, "onset": "2026-01-12T18:03:00Z", "ends": "2026-01-14T00:03:00Z", "minimum": -19.0, "wind_chill": -26.0, "chance": 0.84, "members": 50, "provider": "open-meteo", "observed": "2026-01-12T05:03:00Z", "issued": null, "point": ""}, "reports": [{"at": "2026-01-12T01:03:00Z", "source": "Suspilne", "title": "Missiles hit a substation near Kharkiv", "url": "https://news.example/1", "certainty": "likely", "event": "grid_attack"}], "sources": 2, "blind_since": null, "why": ""}, "over_since": null, "blind_since": null}');
CREATE TABLE chats (
	receiver VARCHAR(100) NOT NULL, 
	blocked_until VARCHAR(27), 
	moved_to TEXT, 
	disabled BOOLEAN NOT NULL, 
	why TEXT, 
	PRIMARY KEY (receiver)
);
INSERT INTO "chats" VALUES('gone',NULL,NULL,1,'Forbidden: bot was blocked by the user');
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	notification INTEGER NOT NULL, 
	receiver VARCHAR(100) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	priority INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	uncertain INTEGER NOT NULL, 
	next_attempt VARCHAR(27) NOT NULL, 
	expires VARCHAR(27) NOT NULL, 
	message INTEGER, 
	delivered_at VARCHAR(27), 
	why TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (notification, receiver)
);
INSERT INTO "deliveries" VALUES(1,1,'east','sent',-8,1,0,'2026-01-12T06:03:00.000000Z','2026-01-13T06:03:00.000000Z',17,'2026-01-12T06:03:00.000000Z',NULL);
INSERT INTO "deliveries" VALUES(2,1,'all','sending',-8,1,0,'2026-01-12T06:03:00.000000Z','2026-01-13T06:03:00.000000Z',NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES(3,1,'gone','due',-8,0,0,'2026-01-12T06:03:00.000000Z','2026-01-13T06:03:00.000000Z',NULL,NULL,NULL);
CREATE TABLE forecasts (
	id INTEGER NOT NULL, 
	provider VARCHAR(100) NOT NULL, 
	region VARCHAR(20) NOT NULL, 
	point VARCHAR(100) NOT NULL, 
	start VARCHAR(27) NOT NULL, 
	issued VARCHAR(27), 
	observed VARCHAR(27) NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "forecasts" VALUES(1,'open-meteo','UA-63','Kharkiv','2026-01-12T03:03:00.000000Z',NULL,'2026-01-12T05:03:00.000000Z',X'789CAB56CA4DCD4D4A2D2A56B252888ED63534D233D451005126B1B13A0A4AE59979292099D85A00F7040B73');
CREATE TABLE items (
	id INTEGER NOT NULL, 
	source VARCHAR(100) NOT NULL, 
	guid TEXT NOT NULL, 
	title TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	url TEXT NOT NULL, 
	published VARCHAR(27), 
	observed VARCHAR(27) NOT NULL, 
	owner TEXT NOT NULL, 
	reliability VARCHAR(1) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (source, guid)
);
INSERT INTO "items" VALUES(1,'suspilne','1','Missiles hit a substation near Kharkiv','Crews are at work.','https://news.example/1','2026-01-12T01:03:00.000000Z','2026-01-12T02:03:00.000000Z','','F');
CREATE TABLE leases (
	name VARCHAR(50) NOT NULL, 
	holder TEXT NOT NULL, 
	until VARCHAR(27) NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leases" VALUES('tick','elsewhere:1','2026-01-12T07:03:00.000000Z');
CREATE TABLE live_messages (
	receiver VARCHAR(100) NOT NULL, 
	rule VARCHAR(100) NOT NULL, 
	message INTEGER NOT NULL, 
	PRIMARY KEY (receiver, rule)
);
INSERT INTO "live_messages" VALUES('east','cold-after-grid-attack',17);
CREATE TABLE notifications (
	id INTEGER NOT NULL, 
	rule VARCHAR(100) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	body JSON NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "notifications" VALUES(1,'cold-after-grid-attack','alert','2026-01-12T06:03:00.000000Z','{"rule": "cold-after-grid-attack", "kind": "alert", "at": "2026-01-12T06:03:00Z", "severity": 4, "regions": ["UA-63"], "facts": [{"region": "UA-63", "certainty": "likely", "spell": {"region": "UA-63", "threshold": -15.0, "onset": "2026-01-12T18:03:00Z", "ends": "2026-01-14T00:03:00Z", "minimum": -19.0, "wind_chill": -26.0, "chance": 0.84, "members": 50, "provider": "open-meteo", "observed": "2026-01-12T05:03:00Z", "issued": null, "point": ""}, "reports": [{"at": "2026-01-12T01:03:00Z", "source": "Suspilne", "title": "Missiles hit a substation near Kharkiv", "url": "https://news.example/1", "certainty": "likely", "event": "grid_attack"}], "sources": 2, "blind_since": null, "why": ""}], "loud": true, "titles": {"en": "Extreme cold where the power grid was hit"}, "note": ""}');
CREATE TABLE sources (
	id VARCHAR(100) NOT NULL, 
	next_due VARCHAR(27) NOT NULL, 
	fetched_ok_at VARCHAR(27), 
	newest_item_at VARCHAR(27), 
	content_changed_at VARCHAR(27), 
	etag TEXT, 
	last_modified TEXT, 
	body_hash TEXT, 
	failures INTEGER NOT NULL, 
	last_error TEXT, 
	leased_by TEXT, 
	leased_until VARCHAR(27), 
	PRIMARY KEY (id)
);
INSERT INTO "sources" VALUES('suspilne','2026-01-12T06:03:00.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "sources" VALUES('open-meteo','2026-01-12T06:03:00.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
CREATE INDEX deliveries_due ON deliveries (state, next_attempt);
CREATE INDEX forecasts_region ON forecasts (region, provider, point, observed);
CREATE INDEX items_observed ON items (observed);
COMMIT;
