drop table identity_review;
