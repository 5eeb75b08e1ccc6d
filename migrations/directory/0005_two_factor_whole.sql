-- better-auth turns the second factor on and off by several writes. A request that was cut off after the first one would
-- leave an account whose authenticator no sign-in takes, or one that can never turn it on again: the first write does all.
CREATE TRIGGER users_two_factor_on AFTER UPDATE OF two_factor ON users WHEN NEW.two_factor = 1 AND OLD.two_factor = 0 BEGIN
  UPDATE two_factors SET verified = 1 WHERE user_id = NEW.id;
END;
CREATE TRIGGER users_two_factor_off AFTER UPDATE OF two_factor ON users WHEN NEW.two_factor = 0 AND OLD.two_factor = 1 BEGIN
  DELETE FROM two_factors WHERE user_id = NEW.id;
END;
-- What was cut off before.
UPDATE two_factors SET verified = 1 WHERE verified = 0 AND user_id IN (SELECT id FROM users WHERE two_factor = 1);
DELETE FROM two_factors WHERE verified = 1 AND user_id IN (SELECT id FROM users WHERE two_factor = 0);
