"""Use hybriDB: request a decision, execute under it, roll back, read the audit trail.

Reads HDB_BASE_URL and HDB_API_KEY; `make demo` points them to a local sandbox.
"""

from __future__ import annotations

from veneer.hybridb import ErrorCode, HybriDBClient, HybriDBError


def main() -> None:
    """Make a payment, roll it back, and print its audit trail."""
    with HybriDBClient() as client:
        decision = client.request_decision(
            decision_type="payment.authorize",
            action="payment.initiate",
            input_data={"actorId": "user:alice", "amount": 120},
            idempotency_key="decision-order-1001",
        )
        print(f"decision   {decision.outcome}: {decision.rationale}")

        execution = client.trigger_pipeline(
            pipeline_name="payment.execute.standard",
            input_data={"amount": 120, "to": "acct_9k2x"},
            decision_id=decision.decision_id,
            idempotency_key="exec-order-1001",
        )
        print(f"execution  {execution.status}: {execution.id}")
        for point in client.reversibility.list_checkpoints(execution.id):
            print(f"           checkpoint after {point.step_name}")

        undone = client.rollback(execution.id, reason="user_request")
        print(f"rollback   {undone.status}: {', '.join(undone.steps_rolled_back)}")

        try:
            client.rollback(execution.id)
        except HybriDBError as error:
            known = error.code == ErrorCode.ROLLBACK_ALREADY_COMPLETED
            print(f"again      {'refused' if known else 'failed'}: {error.explain()}")

        print("audit      the last three of", client.audit.list(limit=1).total, "entries")
        for entry in client.audit.iter().collect()[-3:]:
            print(f"           {entry.created_at:%H:%M:%S} {entry.actor_id} {entry.action} {entry.outcome}")


if __name__ == "__main__":
    main()
