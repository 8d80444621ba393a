call muster_forget_decision_kinds(array['override_strategy']);
