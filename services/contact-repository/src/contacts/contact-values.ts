import { splitName, type ContactValues } from '@kontakt/convergence';
import type { ContactChanges } from './contact-schemas.ts';

/**
 * The body of a create or an update as shared values. A full name that already is the stored one leaves the stored
 * pair as it was entered in the edit form.
 */
export function contactValues(body: ContactChanges, storedFullName?: string): Partial<ContactValues> {
  return {
    ...(body.full_name !== undefined && body.full_name !== storedFullName && splitName(body.full_name)),
    ...(body.email !== undefined && { email: body.email }),
    ...(body.org_id !== undefined && { orgId: body.org_id }),
    ...(body.role !== undefined && { role: body.role }),
    ...(body.is_active !== undefined && { isActive: body.is_active }),
    ...(body.specialty !== undefined && { specialty: body.specialty }),
    ...(body.available !== undefined && { available: body.available }),
  };
}
