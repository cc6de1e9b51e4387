/** Whose everything is where nobody says: the account of the root key, and the region of what isn't signed for one. */
export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";
