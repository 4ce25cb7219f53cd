/** `host` is where it can be reached, without a port. */
export type Tenant = { id: number | string; slug: string; name: string; host: string };

/** A role's key, "owner" or one of the tenant's own, and what people call it. */
export type Membership = { tenant: Tenant; role: string; role_name: string };

/** Tenant and role are null for somebody who belongs to no tenant, or not to the one of this host. */
export type Me = {
  id: number | string;
  email: string;
  name: string;
  tenant: Tenant | null;
  role: string | null;
  role_name: string | null;
  /** What they may do here, as "resource.action". */
  permissions: string[];
  memberships: Membership[];
  /** The operator of ours who works as this person, if it is one. */
  impersonated_by: string | null;
};

export type Member = Me & Membership;

export function isMember(me: Me): me is Member {
  return me.tenant !== null;
}

export type Contact = {
  id: string;
  name: string;
  email: string;
  phone: string;
  company: string;
  created_at: string;
  updated_at: string;
};

export type ContactInput = Pick<Contact, "name" | "email" | "phone" | "company">;

export type Page<T> = { next: string | null; previous: string | null; results: T[] };

export type JobStatus = "queued" | "running" | "succeeded" | "failed";

export type ImportResult = {
  created: number;
  duplicates: number;
  failed: number;
  errors: { line: number; reason: string }[];
};

export type Job = {
  id: string;
  kind: string;
  status: JobStatus;
  progress: { current: number; total: number | null; percent: number | null };
  result: ImportResult | null;
  error: Problem | string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
};

/** RFC 9457: what every endpoint under /api/v1 answers when something is wrong. */
export type Problem = {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: { pointer: string; detail: string; code: string }[];
};

/** What the account endpoints under /_allauth answer when something is wrong. */
export type AllauthErrors = {
  status: number;
  errors?: { message: string; code: string; param?: string }[];
};

export type Permission = { codename: string; label: string; group: string; implies: string };

export type Role = {
  key: string;
  name: string;
  is_system: boolean;
  permissions: string[];
  members: number;
};

export type RoleInput = Pick<Role, "name" | "permissions">;

export type TenantMember = {
  id: number;
  email: string;
  name: string;
  role: string;
  role_name: string;
  is_me: boolean;
  joined_at: string;
};

export type Invitation = {
  id: number;
  /** Empty for a link that is good for whoever has it. */
  email: string;
  role: string;
  role_name: string;
  invited_by: string;
  created_at: string;
  expires_at: string;
  is_expired: boolean;
};

export type InvitationLink = Invitation & { url: string };

/** An invitation, as whoever has its link sees it. */
export type Offer = {
  tenant: Tenant;
  email: string;
  role_name: string;
  invited_by: string;
  expires_at: string;
};

export type ApiKey = {
  id: string;
  name: string;
  /** How the key begins. */
  start: string;
  scopes: string[];
  acts_for: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
};

export type NewApiKey = ApiKey & { key: string };

export type ApiKeyInput = { name: string; scopes: string[]; expires_at: string | null };

/** A login of the person, as allauth tells it; times in seconds since 1970. */
export type Login = {
  id: number;
  user_agent: string;
  ip: string;
  created_at: number;
  is_current: boolean;
};

export type AuditEvent = {
  id: string;
  created_at: string;
  action: string;
  actor: { kind: string; id: number | null; email: string; name: string; via: string };
  target: { type: string; id: string; label: string };
  /** By field: what it was, and what it is since then. */
  changes: Record<string, [unknown, unknown]>;
  ip: string | null;
  request_id: string;
};

/** Something to log in with beside the password; times in seconds since 1970. */
export type Authenticator = {
  type: "totp" | "recovery_codes" | "webauthn";
  created_at: number;
  last_used_at: number | null;
  /** Of a passkey. */
  id?: number;
  name?: string;
  /** Of recovery codes; the codes themselves are told once. */
  unused_code_count?: number;
  unused_codes?: string[];
};
