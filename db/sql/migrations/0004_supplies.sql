-- The town's stock: movements are only ever added, what is promised is never more than what is there; orders of cases and their
-- lines, served first-come; group purchases of living supplies; medicine orders.

-- Up Migration

CREATE TABLE stock_items (
  item        text PRIMARY KEY,
  on_hand     bigint NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
  promised    bigint NOT NULL DEFAULT 0 CHECK (promised >= 0 AND promised <= on_hand)
);

CREATE TABLE stock_movements (
  number      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item        text NOT NULL REFERENCES stock_items,
  kind        text NOT NULL CHECK (kind IN ('receipt', 'dispatch', 'stock-take')),
  quantity    bigint NOT NULL CHECK (quantity <> 0),
  order_id    text,
  -- Where it came from, or why it was counted; the supplier or donor as it was typed.
  reason      text,
  supplier    text,
  -- What moved it, once: the entry of the ledger or the command.
  cause       text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (cause, item)
);
CREATE INDEX stock_movements_item ON stock_movements (item, number);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'movements are only ever added' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER stock_movements_stay BEFORE UPDATE OR DELETE ON stock_movements
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE supply_orders (
  -- `<case number>/<number>`.
  id          text PRIMARY KEY,
  case_number text NOT NULL REFERENCES cases,
  enterprise  text NOT NULL REFERENCES enterprises,
  -- Who asked first is served first.
  turn        bigint GENERATED ALWAYS AS IDENTITY,
  requested_at timestamptz NOT NULL,
  closed      boolean NOT NULL DEFAULT false
);

CREATE TABLE supply_lines (
  order_id    text NOT NULL REFERENCES supply_orders,
  item        text NOT NULL,
  requested   integer NOT NULL CHECK (requested >= 0),
  allocated   integer NOT NULL DEFAULT 0 CHECK (allocated >= 0 AND allocated <= requested),
  dispatched  integer NOT NULL DEFAULT 0 CHECK (dispatched >= 0 AND dispatched <= allocated),
  received    integer NOT NULL DEFAULT 0 CHECK (received >= 0),
  PRIMARY KEY (order_id, item)
);
CREATE INDEX supply_lines_waiting ON supply_lines (item) WHERE allocated < requested;

-- What an entry of the ledger has done to an order, so that it is done once.
CREATE TABLE supply_steps (
  cause       text PRIMARY KEY,
  order_id    text NOT NULL REFERENCES supply_orders
);

-- Living supplies 集采集配: ordered by enterprises up to the cut-off, handed out by volunteers and villages.
CREATE TABLE group_purchases (
  id          text PRIMARY KEY,
  title       text NOT NULL,
  cut_off     timestamptz NOT NULL,
  opened_by   text NOT NULL REFERENCES accounts,
  closed_at   timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE purchase_items (
  purchase    text NOT NULL REFERENCES group_purchases,
  number      integer NOT NULL,
  name        text NOT NULL,
  unit        text NOT NULL,
  PRIMARY KEY (purchase, number)
);
CREATE TABLE purchase_lines (
  purchase    text NOT NULL,
  item        integer NOT NULL,
  enterprise  text NOT NULL REFERENCES enterprises,
  quantity    integer NOT NULL CHECK (quantity >= 0),
  distributed integer CHECK (distributed >= 0),
  received    integer CHECK (received >= 0),
  PRIMARY KEY (purchase, enterprise, item),
  FOREIGN KEY (purchase, item) REFERENCES purchase_items
);

-- Medicines for one employee 代配药: what is ordered is sealed, for those whom it concerns.
CREATE TABLE medicine_orders (
  id          text PRIMARY KEY,
  enterprise  text NOT NULL REFERENCES enterprises,
  person      text NOT NULL REFERENCES people,
  sealed      bytea,
  ordered_by  text NOT NULL REFERENCES accounts,
  official    text REFERENCES accounts,
  volunteer   text REFERENCES accounts,
  status      text NOT NULL DEFAULT 'ordered'
    CHECK (status IN ('ordered', 'assigned', 'bought', 'delivered', 'received', 'cancelled')),
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX medicine_orders_enterprise ON medicine_orders (enterprise);

-- Down Migration
-- None, as for 0001.
