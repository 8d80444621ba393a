drop table engagement;
drop table client_account;
drop procedure muster_protect(regclass, text, text);
drop function muster_actor();
drop function muster_authority();
drop function muster_engagement();
drop function muster_client();
